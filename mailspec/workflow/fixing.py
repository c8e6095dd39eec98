"""``--fix``: splice edits into the files, so that comments, quoting and layout elsewhere stay to the byte."""

from __future__ import annotations

import difflib
import os
import tempfile
from typing import NamedTuple

from mailspec.outcome.finding import Edit, Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report
from mailspec.text import offset_of, splice


class Fixed(NamedTuple):
    """What was mended: how many findings, in which files, and the change as a unified diff."""

    mended: int
    files: tuple[str, ...]
    diff: str


def fix_files(report: Report, *, unsafe: bool, write: bool) -> Fixed:
    """Mend what the report's findings know how to mend.

    Where two mends touch the same text the first one wins; the next run sees what is left.

    Raises:
        OSError: a file cannot be read or written; files that were written before stay mended.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in report.counted:
        if finding.fix is not None and (unsafe or finding.fix.safety == "safe"):
            files = {edit.location.file for edit in finding.fix.edits}
            if len(files) == 1:
                by_file.setdefault(files.pop(), []).append(finding)
    count, changed, diffs = 0, [], []
    for name, findings in sorted(by_file.items()):
        with open(name, "rb") as stream:
            before = stream.read()
        text = before.decode("utf-8")
        edits, taken = _compatible(text, findings)
        after = splice(text, edits).encode("utf-8")
        if after == before:
            continue
        count += taken
        changed.append(name)
        diffs.append(_diff(name, before, after))
        if write:
            _replace(name, after)
    return Fixed(count, tuple(changed), "".join(diffs))


def _compatible(text: str, findings: list[Finding]) -> tuple[list[tuple[int, int, str]], int]:
    chosen: list[tuple[int, int, str]] = []
    taken = 0
    for finding in findings:
        edits = [_offsets(text, edit) for edit in (finding.fix.edits if finding.fix else ())]
        if all(edit in chosen for edit in edits):
            taken += 1
        elif not any(_overlap(edit, other) for edit in edits for other in chosen):
            chosen.extend(edits)
            taken += 1
    return chosen, taken


def _offsets(text: str, edit: Edit) -> tuple[int, int, str]:
    place: Location = edit.location
    return (
        offset_of(text, place.line, place.column),
        offset_of(text, place.end_line, place.end_column),
        edit.text,
    )


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return (one[0] < other[1] and other[0] < one[1]) or one[:2] == other[:2]


def _diff(name: str, before: bytes, after: bytes) -> str:
    lines = difflib.unified_diff(
        before.decode("utf-8").splitlines(keepends=True),
        after.decode("utf-8").splitlines(keepends=True),
        f"a/{name}",
        f"b/{name}",
    )
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _replace(name: str, content: bytes) -> None:
    """Write a file whole or not at all, through links, with its permissions kept."""
    path = os.path.realpath(name)
    mode = os.stat(path).st_mode & 0o7777
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".mailspec-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
