"""The pages: generated ones are fresh, links lead somewhere, the tutorial's commands do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w*\n(.*?)```", re.DOTALL)
_GIT = {f"GIT_{who}_{what}": "test@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


PAGES = (
    "import json; from tools.reference_page import pages; print(json.dumps([[str(p), t] for p, t in pages().items()]))"
)


def test_the_reference_is_fresh() -> None:
    """In a process of its own: click keeps a command's help option as it was first asked for."""
    ran = subprocess.run([sys.executable, "-c", PAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, text in json.loads(ran.stdout):
        assert Path(name).read_text(encoding="utf-8") == text, f"{name} is stale: python -m tools.reference_page"


@pytest.mark.parametrize(("page", "least"), [("tutorial", 10), ("tutorial-import", 8)])
def test_the_tutorial_does_what_it_says(page: str, least: int, tmp_path: Path) -> None:
    """Run all console blocks in one shell, where the page's files are; ``...`` stands for any lines, or any words."""
    steps: list[tuple[str, list[str]]] = []
    written = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    for name, text in _FILE.findall(written):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for block in _BLOCK.findall(written):
        for line in block.rstrip("\n").split("\n"):
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    assert len(steps) >= least
    script = "".join(f"echo '@@@{number}'\n{command}\n" for number, (command, _) in enumerate(steps))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **_GIT, "GIT_CONFIG_GLOBAL": os.devnull, "PATH": path, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    answers = re.split(r"@@@\d+\n", done.stdout)[1:]
    assert len(answers) == len(steps), done.stdout
    for (command, expected), answer in zip(steps, answers, strict=True):
        lines = [
            re.escape(line).replace(r"\.\.\.", ".*") + "\n" if line != "..." else r"(?:.*\n)*?" for line in expected
        ]
        ending = r"(?:.*\n)*" if not expected or expected[-1] == "..." else ""
        assert re.fullmatch("".join(lines) + ending, answer), f"$ {command}\n{answer}"


@pytest.mark.service("lint_tools")
def test_the_pages_are_built_without_a_warning_and_load_nothing(tmp_path: Path, mkdocs: Path) -> None:
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(
            r"<(?:script|img|iframe)[^>]* src=\"?([^\s\">]+)|<link[^>]* rel=\"?stylesheet[^>]* href=\"?([^\s\">]+)",
            text,
        )
        away = [one or other for one, other in loaded if (one or other).startswith(("http:", "https:", "//"))]
        assert not away, page
