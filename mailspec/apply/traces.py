"""Traces: what an apply leaves beside its targets until it ends, as the state keeps it.

Paths, no contents.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mailspec.files.flock import BUSY_LOCK, lock
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.state.errors import StateError
from mailspec.state.url import StateUrl
from mailspec.targets.base import Left, TargetProblem, TargetType
from mailspec.targets.registry import find

Trace = Mapping[str, Json]


def trace_of(target: TargetDesired, root: Path, apply: str, state: StateUrl) -> dict[str, Json]:
    """Return a target's trace. The state's name tells two projects on one machine apart."""
    kind = type_of(target.type)
    name = state.display if state.path is None else str(state.path)
    return {
        "target": target.name,
        "type": target.type,
        "apply": apply,
        "state": name,
        **kind.trace(target, root),
    }


def type_of(word: str) -> TargetType:
    """Return a target type that is known to exist.

    Raises ``StateError`` where a third party's one is gone.
    """
    kind = find(word)
    if isinstance(kind, TargetProblem):
        raise StateError("target-type", kind.message, kind.help)
    return kind


def kind_of(trace: Trace) -> TargetType:
    """Return the type of a trace's target."""
    return type_of(str(trace["type"]))


def left_beside(trace: Trace) -> Left | None:
    """Return whose unfinished apply has left something beside a target.

    Raises ``StateError`` where something is there that cannot be read.
    """
    found = kind_of(trace).left(trace)
    if isinstance(found, TargetProblem):
        raise StateError("target-unusable", f"target {trace['target']}: {found.message}", found.help)
    return found


def refuse_shared_files(traces: Iterable[Trace]) -> None:
    """Two targets that write one file would undo each other's work. Raises ``StateError`` naming them."""
    seen: dict[str, Json] = {}
    for trace in traces:
        paths = trace.get("paths")
        every = [trace.get("path"), *(paths if isinstance(paths, list) else ())]
        for path in dict.fromkeys(path for path in every if isinstance(path, str)):
            if path in seen:
                raise StateError(
                    "shared-file",
                    f"the targets {seen[path]} and {trace['target']} write the same file, {path}",
                    "give each target a file of its own",
                )
            seen[path] = trace["target"]


@contextmanager
def locked(traces: Iterable[Trace]) -> Iterator[None]:
    """Lock each target's folder, in the order of the paths, until the end or the process's death.

    A folder's lock needs no file of its own and outlives the rename of what is in it. Raises ``StateError``.
    """
    folders = sorted({folder for trace in traces if (folder := kind_of(trace).lock_folder(trace)) is not None})
    with ExitStack() as stack:
        for folder in folders:
            try:
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                # Nothing can be written there either; reading the target says so in words.
                continue
            stack.callback(os.close, handle)
            try:
                lock(handle)
            except OSError as error:
                if error.errno not in BUSY_LOCK:
                    raise StateError(
                        "no-locks",
                        f"{folder} cannot be locked: {error.strerror or 'error'}",
                        "its file system has no locks, and two applies at once could mix: write the target elsewhere",
                    ) from None
                raise StateError(
                    "target-locked",
                    f"another apply is writing in {folder}",
                    "wait for it to end, then try again",
                ) from None
        yield
