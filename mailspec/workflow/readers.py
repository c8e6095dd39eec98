"""The files of a great project, read by several processes: each sends back plain data and findings, no positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mailspec.load.reading import TAGS, FileData, Reading, read_file
from mailspec.outcome.finding import Edit, Finding, Fix, Related
from mailspec.outcome.location import Location
from mailspec.source.files import SourceFile
from mailspec.text.distant import Distant
from mailspec.workflow.processes import spread
from mailspec.workflow.shown_texts import hidden_by

# Of fewer files each process would have too little to do.
LEAST = 500

# What a file gave: its octets, its data, the paths that were taken out of it, its findings, and what a report may
# show of it; None where it must be read again.
_Sent = tuple[bytes, Any, list[Any], list[Any], str | None] | None


def read_in_processes(files: list[SourceFile]) -> Iterable[Reading]:
    """Read files with all processors; one after another where there are few, or where forking is not safe."""
    readings, others = spread(files, LEAST, _read, lambda part: [_sent(file) for file in part])
    for part, answer in others:
        # Where a process failed, its files are read here.
        sent: list[_Sent] = answer or [None] * len(part)
        readings.extend(map(_reading, part, sent))
    return readings


def _read(files: Sequence[SourceFile]) -> list[Reading]:
    return [read_file(file) for file in files]


def _sent(file: SourceFile) -> _Sent:
    document, data, findings = read_file(file)
    if file.raw is None or document is None or data is None or document.problems or document.bom:
        return None
    text = None
    if findings:
        from mailspec.workflow.frames import shown

        text = shown(document, findings)
    return file.raw, data.data, data.damaged, [_plain(found) for found in findings], text


def _reading(file: SourceFile, sent: _Sent) -> Reading:
    if sent is None:
        return read_file(file)
    raw, data, damaged, plain, text = sent
    document = Distant(file.name, raw, TAGS)
    findings = [_finding(*found) for found in plain]
    if text is not None:
        document.shown = hidden_by(findings), text
    return Reading(document, FileData(document, file, data, damaged), findings)


def _plain(value: Any) -> Any:
    """Return a finding as tuples of plain values, which is all that can be sent."""
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _finding(
    code: str, name: str, severity: Any, message: str, location: Any, path: str, object_: str | None,
    environment: str | None, suppressed: bool, related: Any, help_: str, fix: Any,
) -> Finding:  # fmt: skip
    """Return a finding of its members as they were sent."""
    if location is not None:
        location = Location(*location)
    related = tuple(Related(Location(*place), words) for place, words in related)
    if fix is not None:
        safety, description, edits = fix
        fix = Fix(safety, description, tuple(Edit(Location(*place), text) for place, text in edits))
    return Finding(code, name, severity, message, location, path, object_, environment, suppressed, related, help_, fix)
