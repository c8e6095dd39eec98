"""``--fix``: splice edits into the files, so that comments, quoting and layout elsewhere stay to the byte.

Everything happens in memory until nothing is left to fix, since one fix may make another one possible; then each
file is written once.
"""

from __future__ import annotations

import os
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable
from typing import NamedTuple

from mailspec.outcome.finding import Edit, Finding
from mailspec.outcome.report import Report
from mailspec.text import Document, splice
from mailspec.workflow.workspace import Workspace

# So many problems of form are told at a time that no file needs as many rounds; one that never settles must end.
_MOST_ROUNDS = 1000

Examined = list[Workspace]
Splice = tuple[int, int, str]


class Changed(NamedTuple):
    """One file's fixes: how it is called and where it is, its content, and both as people may see them."""

    name: str
    path: str
    before: bytes
    after: bytes
    shown_before: str
    shown_after: str


class Fixed(NamedTuple):
    """What can be fixed: how many findings, in which files, and what is found before and once that is done.

    A fix that is left, because two undo each other, is among what is found ``after``.
    """

    number: int
    files: tuple[Changed, ...]
    before: Examined
    after: Examined


def plan_fixes(examine: Callable[..., Examined], *, unsafe: bool) -> Fixed:
    """Apply the fixes of the findings in memory; nothing is written.

    ``examine`` validates; its ``instead`` holds other contents for some files, by name. Where two fixes touch the same
    text the first one wins, and the next round sees what is left. It ends where nothing is, or where a round gives
    back what was there before.
    """
    edited: dict[str, bytes] = {}
    first = latest = examine(instead=edited)
    count = 0
    seen: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        found = [_round(workspace, unsafe=unsafe) for workspace in latest]
        new = {name: content for contents, _ in found for name, content in contents.items()}
        state = hash(frozenset({**edited, **new}.items()))
        if not new or state in seen:
            break
        seen.add(state)
        edited.update(new)
        count += sum(taken for _, taken in found)
        latest = examine(instead=edited)
    files = []
    for old, now in zip(first, latest, strict=True):
        project, again = old.project, now.project
        for name in sorted(edited.keys() & project.loaded.documents.keys()):
            before, after = project.loaded.documents[name], again.loaded.documents[name]
            if before.text != after.text:
                path = os.path.join(project.root, project.loaded.base.inside(name))
                texts = _shown(before, old.report), _shown(after, now.report)
                files.append(Changed(name, path, before.encode(before.text), after.encode(after.text), *texts))
    return Fixed(count, tuple(files), first, latest)


def write(files: Iterable[Changed]) -> dict[str, str]:
    """Write the fixed files; return those that could not be written, each with the reason in words."""
    from mailspec.files.writing import write_file

    failed = {}
    for file in files:
        try:
            write_file(file.path, file.after, before=file.before)
        except OSError as error:
            failed[file.name] = (error.strerror or "it cannot be written").lower()
    return failed


def _round(workspace: Workspace, *, unsafe: bool) -> tuple[dict[str, bytes], int]:
    by_file: dict[str, list[Finding]] = {}
    for finding in workspace.report.counted:
        if finding.fix is not None and (unsafe or finding.fix.safety == "safe"):
            files = {edit.location.file for edit in finding.fix.edits}
            if len(files) == 1:
                by_file.setdefault(files.pop(), []).append(finding)
    contents, count = {}, 0
    for name, findings in by_file.items():
        document = workspace.project.loaded.documents[name]
        edits, taken = compatible(document, findings)
        text = splice(document.text, edits)
        if text != document.text:
            contents[name] = document.encode(text)
            count += taken
    return contents, count


def compatible(document: Document, findings: list[Finding]) -> tuple[list[Splice], int]:
    """Return the edits of those findings whose text no earlier one changes, and how many findings these are."""
    # In the order of the text, so that only the two neighbours of an edit can touch it.
    chosen: list[Splice] = []
    taken = 0
    for finding in findings:
        edits = [_offsets(document, edit) for edit in (finding.fix.edits if finding.fix else ())]
        places = [bisect_right(chosen, edit) for edit in edits]
        if all(place and chosen[place - 1] == edit for place, edit in zip(places, edits, strict=True)):
            continue
        beside = (chosen[max(place - 1, 0) : place + 1] for place in places)
        if not any(_overlap(edit, other) for edit, others in zip(edits, beside, strict=True) for other in others):
            for edit in edits:
                insort(chosen, edit)
            taken += 1
    return chosen, taken


def _offsets(document: Document, edit: Edit) -> Splice:
    place = edit.location
    return document.offset(place.line, place.column), document.offset(place.end_line, place.end_column), edit.text


def _overlap(one: Splice, other: Splice) -> bool:
    return (one[0] < other[1] and other[0] < one[1]) or one[:2] == other[:2]


def _shown(document: Document, report: Report) -> str:
    from mailspec.render.redaction import redacted_source

    pointed = [
        findings
        for findings in report.findings
        if findings.location is not None and findings.location.file == document.name
    ]
    return redacted_source(document, pointed, whole=True)
