"""Runs one case in this process and says what is wrong with the answer, if anything is."""

from __future__ import annotations

import io
import json
import re
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tools.fuzz.case import Case
from tools.fuzz.project import ROOT, Project

EXITS = {
    "validate": {0, 1, 4},
    "show": {0, 1, 2, 4},
    "plan": {0, 1, 2, 4, 5},
}
CPU_SECONDS = 2.0  # for an input of up to 1 MiB
LARGE = 256 * 1024
HUNG_SECONDS = 30  # of wall time; then the run is ended
# What must not reach a terminal as it is: control characters but line ends and tabs, bidirectional controls.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = re.compile("\r\n|\n|\r")


class HungError(BaseException):
    """The run took so long that it was ended. Not an Exception, so that no handler of the program takes it."""


def _end(_signal: int, _frame: object) -> None:
    raise HungError(f"no answer within {HUNG_SECONDS} s")


class Answer:
    """Exit code, both streams and the processor time of one run."""

    def __init__(self, args: tuple[str, ...]) -> None:
        from mailspec.cli.main import main

        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace") for _ in range(2))
        start = time.process_time()
        self.raised = ""
        self.code: int | None = None
        before = signal.signal(signal.SIGALRM, _end)
        signal.alarm(HUNG_SECONDS)
        with redirect_stdout(out), redirect_stderr(err):
            try:
                self.code = int(main(list(args)) or 0)
            except BaseException as error:  # a SystemExit or an interrupt is as wrong here as any other
                if isinstance(error, KeyboardInterrupt):
                    raise
                self.raised = "".join(traceback.format_exception(error))
            finally:
                signal.alarm(0)
                signal.signal(signal.SIGALRM, before)
        self.seconds = time.process_time() - start
        self.out, self.err = (_text(stream) for stream in (out, err))

    @property
    def result(self) -> tuple[int | None, str, str]:
        return self.code, self.out, self.err


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8", "backslashreplace")


def check(case: Case, project: Project, *, once: bool = False) -> str | None:
    """Return what is wrong, ``None`` where all is right. The project is as before afterwards.

    With ``once`` it is run once only, and its JSON is not held against the schema: that is half of the time.
    """
    project.put(case.file, case.content)
    try:
        return next(_problems(case, project, once=once), None)
    finally:
        if "--fix" in case.args:
            project.restore()
        else:
            project.take_back(case.file)


def _problems(case: Case, project: Project, *, once: bool = False) -> Iterator[str]:
    answer = Answer(case.args)
    if answer.raised:
        yield f"raised {answer.raised.strip().splitlines()[-1]}\n{answer.raised}"
    command = case.args[0]
    if answer.code not in EXITS[command]:
        # The last line names where it failed: two failures at different places are two kinds of problem.
        last = (answer.err.strip().splitlines() or [""])[-1].strip()
        yield f"exit code {answer.code} of {command}: {last[:80]}\n{answer.err[-2000:]}"
    if "Traceback" in answer.err or "Traceback (most" in answer.out:
        yield f"a traceback was shown\n{answer.err[-2000:]}"
    if answer.seconds > CPU_SECONDS:
        yield f"took more than {CPU_SECONDS:g} s of processor time: {answer.seconds:.1f} s"
    if "json" in case.args:
        yield from _json_problems(command, answer, project, shape=not once)
    elif found := RAW.search(answer.out) or RAW.search(answer.err):
        yield f"raw control character in the text: {found[0]!r}"
    if not once:
        yield from _again(case, project, answer)


def _again(case: Case, project: Project, first: Answer) -> Iterator[str]:
    """Run it once more: the same answer, and with --fix no further change."""
    if "--fix" in case.args:
        fixed = project.tree()
        second = Answer(case.args)
        if project.tree() != fixed:
            yield "a second --fix changed something again"
        if second.raised:
            yield f"raised after --fix {second.raised.strip().splitlines()[-1]}\n{second.raised}"
    elif len(case.content) > LARGE:
        return  # sameness is proven by the small ones; here time is what is asked
    elif case.args[0] != "plan" and Answer(case.args).result != first.result:
        yield "the second run answered otherwise"


def _json_problems(command: str, answer: Answer, project: Project, *, shape: bool = True) -> Iterator[str]:
    if not answer.out and answer.code in (2, 4, 5):
        return
    try:
        held = json.loads(answer.out)
    except ValueError as error:
        yield f"no valid JSON: {error}\n{answer.out[-500:]}"
        return
    kind = "validate" if isinstance(held, dict) and "findings" in held else command
    if shape and (validator := _schema(kind)) is not None:
        for problem in validator.iter_errors(held):
            yield f"JSON against its schema: {problem.json_path}: {problem.message[:300]}"
    if kind == "validate":
        yield from place_problems(held["findings"], project)


@cache
def _schema(name: str) -> Draft202012Validator | None:
    path = ROOT / "schemas/output" / f"{name}.json"
    return Draft202012Validator(json.loads(path.read_text())) if path.is_file() else None


def place_problems(findings: list[dict[str, Any]], project: Project) -> Iterator[str]:
    """Say which place lies outside its file."""
    texts: dict[str, list[str]] = {}
    for finding in findings:
        for place in _places(finding):
            name = place["file"]
            if name not in texts:
                raw = project.bytes_of(name)
                texts[name] = LINE_ENDS.split(raw.decode("utf-8-sig", "replace"))
            if problem := _outside(place, texts[name]):
                yield f"{finding['code']}: {problem} in {name}: {place}"


def _places(finding: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if finding["location"] is not None:
        yield finding["location"]
    yield from (related["location"] for related in finding["related"])
    if finding["fix"]:
        yield from (edit["location"] for edit in finding["fix"]["edits"])


def _outside(place: dict[str, Any], lines: list[str]) -> str | None:
    start, end = (place["line"], place["column"]), (place["end_line"], place["end_column"])
    if end < start:
        return "an end before its start"
    for line, column in (start, end):
        if not 1 <= line <= len(lines):
            return f"line {line} of {len(lines)}"
        if not 1 <= column <= len(lines[line - 1]) + 1:
            return f"column {column} of {len(lines[line - 1])} in line {line}"
    return None
