"""README and the other pages at the top lead somewhere; mkdocs checks the links of docs/ itself (strict)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("editors/**/*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_CODE = re.compile(r"(?ms)^(```+).*?^\1|`[^`\n]*`")
DRAW = (
    "import json; from tools.pictures import pictures; print(json.dumps([[str(p), t] for p, t in pictures().items()]))"
)


def anchors(page: Path) -> set[str]:
    """Return what a heading can be linked by, as GitHub and Python-Markdown make it."""
    found = set()
    for heading in re.findall(r"(?m)^#+ +(.+)$", page.read_text(encoding="utf-8")):
        text = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower()).strip()
        found |= {text.replace(" ", "-"), re.sub(r"[-\s]+", "-", text)}
    return found


def links(page: Path) -> list[str]:
    return _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))


def broken(page: Path) -> list[str]:
    found = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        missing = not target.exists() or not target.is_relative_to(ROOT)
        if missing or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](#one-two) [b](#three) ![c](gone.svg) [d](page.md#one-two) `[e](code)`\n")
    assert broken(page) == ["#three", "gone.svg"]


def test_the_readme_has_links_and_pictures() -> None:
    assert {"docs/", "docs/pictures/validate.svg", "docs/pictures/diff.svg"} <= set(links(ROOT / "README.md"))


def test_the_pictures_are_what_the_program_prints() -> None:
    """In a process of its own, as ``make generate`` draws them."""
    ran = subprocess.run([sys.executable, "-c", DRAW], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    drawn = dict(json.loads(ran.stdout))
    assert sorted(map(Path, drawn)) == sorted((ROOT / "docs/pictures").glob("*.svg"))
    for name, svg in drawn.items():
        assert Path(name).read_text(encoding="utf-8") == svg, f"{name} is stale: make generate"
