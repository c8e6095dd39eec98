"""The files of a great project, read by several processes: each sends back plain data and findings, no positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeGuard

from mailspec.load.reading import TAGS, FileData, Reading, read_all
from mailspec.outcome.finding import Edit, Finding, Fix, Related
from mailspec.outcome.location import Location
from mailspec.source.files import SourceFile
from mailspec.text import Document
from mailspec.text.distant import Distant
from mailspec.workflow.collection import keep
from mailspec.workflow.processes import spread
from mailspec.workflow.shown_texts import Draw, Shown

# Of fewer files each process would have too little to do.
LEAST = 500

# What a file gave: its bytes, its data, the paths that were taken out of it, its findings, and what a report shows of
# it and of them; None where it must be read again.
_Sent = tuple[bytes, Any, list[Any], list[Any], str | None, list[str]] | None

_NOT_SHOWN: tuple[Any, Any, list[str]] = None, None, []


def read_in_processes(files: list[SourceFile], draw: Draw | None = None) -> Iterator[Reading]:
    """Read files with all processors; one after another where there are few, or where forking is not safe.

    ``draw`` writes a finding as the report will have it, so that the processes do that too.
    """
    if len(files) < LEAST:
        yield from read_all(files)
        return
    keep(files)
    readings = spread(files, partial(_read, draw=draw), partial(_send, draw=draw), _received)
    yield next(readings)
    # The others have begun; what comes after reading is loaded meanwhile.
    import mailspec.workflow.validate.checking  # noqa: F401

    yield from readings


def _read(files: Sequence[SourceFile], draw: Draw | None) -> list[Reading]:
    return list(map(_light, files, _with_texts(read_all(files), draw)))


def _send(files: Sequence[SourceFile], draw: Draw | None) -> list[_Sent]:
    return list(map(_sent, files, _with_texts(read_all(files), draw)))


def _received(files: Sequence[SourceFile], sent: Sequence[_Sent]) -> list[Reading]:
    return list(map(_reading, files, sent))


def _with_texts(readings: list[Reading], draw: Draw | None) -> list[Reading]:
    """Have what a report shows of a file made by the process that read it, where something was found in it."""
    for document, _data, findings in readings:
        if findings and document is not None:
            from mailspec.workflow.frames import shown

            text = shown(document, findings)
            texts = {document.name: text}
            document.shown = Shown(findings, text, [draw(finding, texts) for finding in findings] if draw else [])
    return readings


def _light(file: SourceFile, reading: Reading) -> Reading:
    """Let go of where everything stands in a file: of nearly all files nobody asks."""
    document, data, findings = reading
    if not _is_plain(document) or file.raw is None or data is None:
        return reading
    data.document = light = Distant(file.name, file.raw, TAGS)
    light.shown = document.shown
    return Reading(light, data, findings)


def _is_plain(document: Document | None) -> TypeGuard[Document]:
    """Tell whether a document holds nothing that its bytes do not tell again."""
    return document is not None and not document.problems and not document.bom


def _sent(file: SourceFile, reading: Reading) -> _Sent:
    document, data, findings = reading
    if not _is_plain(document) or file.raw is None or data is None:
        return None
    _, text, drawn = document.shown or _NOT_SHOWN
    return file.raw, data.data, data.damaged, [_plain(found) for found in findings], text, drawn


def _reading(file: SourceFile, sent: _Sent) -> Reading:
    if sent is None:
        return read_all([file])[0]
    raw, data, damaged, plain, text, drawn = sent
    document = Distant(file.name, raw, TAGS)
    findings = [_finding(*found) for found in plain]
    if text is not None:
        document.shown = Shown(findings, text, drawn)
    return Reading(document, FileData(document, file, data, damaged), findings)


def _plain(found: Finding) -> tuple[Any, ...]:
    """Return a finding as tuples of plain values, which is all that can be sent."""
    code, name, severity, message, location, path, object_, environment, suppressed, related, help_, fix = found
    places = tuple([(tuple(place), words) for place, words in related])
    edits = tuple([(tuple(edit.location), edit.text) for edit in (fix.edits if fix else ())])
    mend = fix and (fix.safety, fix.description, edits)
    where = location and tuple(location)
    return code, name, severity, message, where, path, object_, environment, suppressed, places, help_, mend


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
