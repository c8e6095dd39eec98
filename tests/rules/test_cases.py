"""Each bad case gives exactly what it marks, to line and column; each good case gives nothing of its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailspec.outcome.catalogue import CATALOGUE
from mailspec.text import read

CASES = Path(__file__).parent / "cases"
BAD = sorted(CASES.glob("MS*/bad-*"))
GOOD = sorted(CASES.glob("MS*/good-*"))


def identity(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.mark.parametrize("case", BAD, ids=identity)
def test_bad(case, check, expected, as_line):
    checked = check(case)
    wanted = expected(checked.folder)
    found = checked.report.findings
    assert sorted(map(as_line, found)) == sorted(entry.line for entry in wanted)
    assert case.parent.name in {finding.code for finding in found}
    for entry in wanted:
        words = [f"{finding.message} {finding.help}" for finding in found if as_line(finding) == entry.line]
        assert not entry.words or any(entry.words in text for text in words), (entry, words)


@pytest.mark.parametrize("case", GOOD, ids=identity)
def test_good(case, check):
    report = check(case).report
    assert [finding for finding in report.findings if finding.code == case.parent.name] == []
    assert [finding for finding in report.counted if finding.severity == "error"] == []


@pytest.mark.parametrize("case", BAD, ids=identity)
def test_every_place_is_in_its_file_and_every_pointer_leads_somewhere(case, check):
    checked = check(case)
    for finding in checked.report.findings:
        places = [finding.location, *(related.location for related in finding.related)]
        for place in filter(None, places):
            path = checked.folder / place.file
            if not path.is_file():
                continue
            lines = path.read_bytes().decode(errors="replace").split("\n")
            assert 1 <= place.line <= place.end_line <= len(lines)
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1
            assert (place.line, place.column) <= (place.end_line, place.end_column)
        if finding.path and finding.location is not None:
            assert leads(checked.folder / finding.location.file, finding.path), finding


def leads(path: Path, pointer: str) -> bool:
    """Tell whether a JSON Pointer names something in a file, or something that is missing from a map there."""
    data = read(path.name, path.read_bytes(), tags={"!vault": "ansible_vault"}).data
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return int(last) < len(data) if isinstance(data, list) else isinstance(data, dict)


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_code_has_two_bad_and_two_good_cases(code):
    assert len([case for case in BAD if case.parent.name == code]) >= 2
    assert len([case for case in GOOD if case.parent.name == code]) >= 2


def test_every_case_is_of_a_known_code():
    assert {case.parent.name for case in (*BAD, *GOOD)} == set(CATALOGUE)
    assert {path.name.partition("-")[0] for path in CASES.glob("MS*/*")} == {"bad", "good"}
