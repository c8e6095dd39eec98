"""Each code has a page, whose examples are what it says they are; the index is what the catalogue gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/rules"
SECTIONS = ["Why", "Bad", "Good", "Fix", "Configure", "Source"]


def text_of(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def examples(code: str, section: str) -> list[str]:
    """Return the YAML blocks of a section."""
    found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", text_of(code), re.MULTILINE | re.DOTALL)
    assert found is not None
    return re.findall(r"^```yaml\n(.*?)^```$", found[1], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", CATALOGUE)
def test_page_has_its_parts(code):
    text = text_of(code)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    for body in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]:
        assert body.strip()


@pytest.mark.parametrize("code", CATALOGUE)
def test_head_agrees_with_the_catalogue(code):
    entry = CATALOGUE[code]
    title, _, facts, *_ = text_of(code).split("\n")
    assert title == f"# {code} {entry.name}"
    fixable, silent = ("no", "yes")[entry.fixable], ("yes", "no")[code in NEVER_SUPPRESSED]
    assert facts == f"Severity: {entry.severity}. Fixable: {fixable}. Can be silenced: {silent}."


@pytest.mark.parametrize("code", CATALOGUE)
def test_bad_example_gives_the_code(code, check):
    (example,) = examples(code, "Bad")
    assert code in {finding.code for finding in check(example).report.counted}


@pytest.mark.parametrize("code", CATALOGUE)
def test_good_example_is_clean(code, check):
    (example,) = examples(code, "Good")
    report = check(example).report
    assert code not in {finding.code for finding in report.counted}
    assert not report.failed(strict=code != "MS007"), [finding.message for finding in report.counted]


@pytest.mark.parametrize("code", CATALOGUE)
def test_lines_fit(code):
    """The pages are read in a terminal too, where an example is indented by four."""
    assert all(
        len(line) <= 76 for section in ("Bad", "Good") for line in "\n".join(examples(code, section)).split("\n")
    )


def test_no_page_is_left_over():
    assert {path.stem for path in PAGES.glob("*.md")} == {*CATALOGUE, "index"}


def test_index_is_fresh():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/rules_page.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
