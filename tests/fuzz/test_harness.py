"""The fuzzer itself can fail: each oracle sees what it is there for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import UnreadableError
from tools.fuzz import target_files

GOOD = {
    "version": 1,
    "findings": [],
    "summary": {"files": 3, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0},
}


def finding(line: int, column: int, end_line: int, end_column: int) -> dict[str, object]:
    location = {
        "file": "mailspec.yml",
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
    return {"code": "MS001", "location": location, "related": [], "fix": None}


def main_that(code: object = 0, out: str = json.dumps(GOOD), err: str = "") -> object:
    def main(args: list[str] | None = None) -> object:
        print(out)
        print(err, file=sys.stderr)
        if isinstance(code, BaseException):
            raise code
        return code

    return main


@pytest.fixture
def answered(fuzz, project, monkeypatch):
    """Return what the oracle says of a made-up main."""

    def run(main: object, *args: str) -> str | None:
        module = ModuleType("mailspec.cli.main")
        module.main = main  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "mailspec.cli.main", module)
        case = fuzz("case").Case("mailspec.yml", b"a: b\n", args or ("validate", "--format", "json"))
        return fuzz("oracle").check(case, project)

    return run


def test_a_good_answer_passes(answered):
    assert answered(main_that()) is None


@pytest.mark.parametrize(
    ("main", "complaint"),
    [
        (main_that(3), "exit code 3"),
        (main_that(-11), "exit code -11"),
        (main_that(ValueError("x")), "raised ValueError"),
        (main_that(SystemExit(1)), "raised SystemExit"),
        (main_that(err="Traceback (most recent call last):"), "a traceback"),
        (main_that(out="{"), "no valid JSON"),
        (main_that(out='{"version": 1, "findings": []}'), "JSON against its schema"),
    ],
)
def test_a_bad_answer_is_seen(answered, main, complaint):
    assert answered(main).startswith(complaint)


def test_a_raw_control_character_is_seen(answered):
    assert "raw control character" in answered(main_that(out="\x1b[31m"), "validate")


def test_another_answer_the_second_time_is_seen(answered):
    answers = iter(("a", "b"))

    def main(_args: list[str]) -> int:
        print(next(answers))
        return 0

    assert "otherwise" in answered(main, "validate")


@pytest.mark.parametrize("place", [(3, 1, 3, 1), (1, 6, 1, 6), (1, 1, 1, 6), (1, 2, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1)])
def test_a_place_outside_its_file_is_seen(fuzz, project, place):
    project.put("mailspec.yml", b"a: b\n")
    assert list(fuzz("oracle").place_problems([finding(*place)], project))


@pytest.mark.parametrize("place", [(1, 1, 1, 5), (1, 5, 2, 1), (2, 1, 2, 1)])
def test_a_place_inside_its_file_passes(fuzz, project, place):
    project.put("mailspec.yml", b"a: b\r\n")
    assert list(fuzz("oracle").place_problems([finding(*place)], project)) == []


def test_a_failing_input_is_made_small(fuzz):
    case = fuzz("case").Case("mailspec.yml", b"one\ntwo: x\nthree\n")
    check = lambda held: "bad" if b"x" in held.content else None  # noqa: E731
    assert fuzz("minimise").minimise(case, "bad", check).content == b"x"


def test_a_saved_case_reads_back(fuzz, tmp_path):
    case = fuzz("case").Case("users/a.yml", bytes(range(256)), ("validate",))
    again = fuzz("case").load(case.save(tmp_path, "bad"))
    assert (again.file, again.content, again.args) == (case.file, case.content, case.args)


def test_inputs_are_the_same_each_time(fuzz):
    case = fuzz("inputs").case
    assert [case(n) for n in range(50)] == [case(n) for n in range(50)]


class Reader(Format):
    """A reader of targets that does what it is told."""

    def __init__(self, work: Callable[[str], dict[str, str | None]]) -> None:
        self.work = work

    def parse(self, text: str) -> dict[str, str | None]:
        return self.work(text)

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        return text


def slow(_text: str) -> dict[str, str | None]:
    while True:
        pass


def refused(_text: str) -> dict[str, str | None]:
    raise UnreadableError("no")


@pytest.mark.parametrize(
    ("work", "problem"),
    [
        (slow, "reading was ended after"),
        ([].index, "reading raised ValueError"),
        (lambda _text: {}, "does not read back"),
        (lambda _text: {"key": "mail.acme.example"}, None),
        (refused, None),
    ],
)
def test_a_reader_of_targets_that_fails_is_seen(
    work: Any, problem: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_files, "ENDED_SECONDS", 0.05)
    monkeypatch.setitem(target_files.READERS, "x", (Reader(work), "key"))
    found = target_files.problem_of(target_files.HostileText("x", "text", ""))
    assert found is None if problem is None else problem in str(found)


def test_a_hostile_file_of_a_target_is_known_by_its_number() -> None:
    texts = [target_files.hostile_text(number) for number in range(300)]
    assert texts == [target_files.hostile_text(number) for number in range(300)]
    assert {text.reader for text in texts} == set(target_files.READERS)
    assert all(target_files.SIZE / 2 < len(text.text) < target_files.SIZE * 2 for text in texts)
