"""The files of a great project, read by several processes: each sends back plain data and findings, no positions."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterable
from typing import Any

from mailspec.load.reading import TAGS, FileData, Reading, read_all, read_file
from mailspec.outcome.finding import Edit, Finding, Fix, Related
from mailspec.outcome.location import Location
from mailspec.source.files import SourceFile
from mailspec.text.distant import Distant
from mailspec.workflow.shown_texts import hidden_by

# Of fewer files each process would have too little to do.
LEAST = 500
MOST_PROCESSES = 4

# What a file gave: its octets, its data, the paths that were taken out of it, its findings, and what a report may
# show of it; None where it must be read again.
_Sent = tuple[bytes, Any, list[Any], list[Any], str | None] | None


def read_in_processes(files: list[SourceFile]) -> Iterable[Reading]:
    """Read files with all processors; one after another where there are few, or where forking is not safe."""
    parts = _parts(files, _processes(files))
    if len(parts) == 1:
        return read_all(files)
    others = [(part, *_start(part)) for part in parts[1:]]
    readings = [read_file(file) for file in parts[0]]
    for part, process, pipe in others:
        readings.extend(_received(part, process, pipe))
    return readings


def _processes(files: list[SourceFile]) -> int:
    # A thread of the caller's may hold a lock that nobody would free in the new process.
    threads = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threads is not None and threads.active_count() > 1):
        return 1
    if len(files) < LEAST:
        return 1
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1))


def _parts(files: list[SourceFile], number: int) -> list[list[SourceFile]]:
    """Cut the files into parts of the same length; their order stays."""
    length = max(1, -(-len(files) // number))
    return [files[start : start + length] for start in range(0, len(files), length)] or [[]]


def _start(files: list[SourceFile]) -> tuple[int, int]:
    """Start a process that reads files; return its number and where its answer comes from."""
    receiving, sending = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        return process, receiving
    status = 1
    try:
        os.close(receiving)
        with open(sending, "wb") as stream:
            marshal.dump([_sent(file) for file in files], stream)
        status = 0
    finally:
        # Nothing of the parent's may be written or cleaned up here, whatever happened.
        os._exit(status)


def _sent(file: SourceFile) -> _Sent:
    document, data, findings = read_file(file)
    if file.raw is None or document is None or data is None or document.problems or document.bom:
        return None
    text = None
    if findings:
        from mailspec.workflow.frames import shown

        text = shown(document, findings)
    return file.raw, data.data, data.damaged, [_plain(found) for found in findings], text


def _received(files: list[SourceFile], process: int, pipe: int) -> Iterable[Reading]:
    """Return what a process read; where it failed, or could not say all, the files are read here."""
    with open(pipe, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(process, 0)
    # What is read came through a pipe that only a process of our own has.
    sent: list[_Sent] = [None] * len(files) if status else marshal.loads(answer)  # noqa: S302
    return map(_reading, files, sent)


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


def _finding(*members: Any) -> Finding:
    held = Finding._make(members)
    location = None if held.location is None else Location._make(held.location)
    related = tuple(Related(Location._make(place), message) for place, message in held.related)
    fix = held.fix
    if fix is not None:
        safety, description, edits = fix
        fix = Fix(safety, description, tuple(Edit(Location._make(place), text) for place, text in edits))
    return held._replace(location=location, related=related, fix=fix)
