"""Undo or finish what an earlier apply left when it was killed. Never asks, always says."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mailspec.apply.cures import error_text
from mailspec.apply.traces import Trace, kind_of, left_beside, locked, trace_of
from mailspec.outcome.plan import Json
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired
from mailspec.state.commit import committed, end, pending
from mailspec.state.errors import StateError
from mailspec.state.holder import myself
from mailspec.state.lease import acquire, left_by_the_dead
from mailspec.state.records import Pending
from mailspec.state.session import Session

_UNDONE = {
    "restored": "its former settings were put back",
    "untouched": "nothing had been written yet",
}


def recover(
    session: Session,
    desired: Desired,
    root: Path,
    wait: float = 0.0,
    tell: Callable[[str], None] = lambda _words: None,
) -> list[str] | Refusal:
    """Bring to an end what is unfinished, under the lock, and return what was done in words. Nothing to do:
    ``[]``.

    Called before a plan is made by a command that will apply; ``apply`` itself calls it again.
    """
    try:
        if pending(session) is None and not _orphans(session, desired, root) and not left_by_the_dead(session):
            return []
        with acquire(session, wait, tell):
            return recover_locked(session, desired, root)
    except StateError as error:
        return error.refusal


def unfinished(session: Session) -> str | None:
    """Say for reading commands that an apply has not ended; ``None`` where all have.

    Raises ``StateError``.
    """
    unfinished = pending(session)
    if unfinished is None:
        return None
    return f"{_when(unfinished)} has not ended; the next apply on {unfinished.host} undoes or finishes it"


def recover_locked(session: Session, desired: Desired, root: Path) -> list[str]:
    """As :func:`recover`, by whoever holds the state's lock. Raises ``StateError``."""
    notes: list[str] = []
    unfinished = pending(session)
    if unfinished is not None:
        notes += _end_pending(session, unfinished)
    for trace in _orphans(session, desired, root):
        notes += _end_orphan(session, trace)
    return notes


def _end_pending(session: Session, unfinished: Pending) -> list[str]:
    if unfinished.host != myself(session.machine).host:
        where = ", ".join(str(trace.get("path", trace["target"])) for trace in unfinished.traces)
        raise StateError(
            "unfinished-elsewhere",
            f"{_when(unfinished)} has not ended; it may have left its work beside {where} on {unfinished.host}",
            f"run mailspec on {unfinished.host}, which ends it; if that machine is gone, 'mailspec unlock'",
        )
    with locked(unfinished.traces):
        notes = _end(session, unfinished.apply, unfinished.traces, _when(unfinished))
    end(session, unfinished.apply)
    return notes


def _end(session: Session, apply: str, traces: Sequence[Trace], name: str) -> list[str]:
    try:
        if committed(session, apply) is not None:
            for trace in traces:
                kind_of(trace).finish(trace)
            return [f"{name} was interrupted after its commit: it was finished and holds"]
        notes = []
        for trace in reversed(traces):
            done = kind_of(trace).undo(trace)
            notes.append(f"{trace['target']}: {_UNDONE.get(done) or _foreign(trace)}")
    except OSError as error:
        raise StateError(
            "recovery-failed",
            f"{name} could not be undone: {error_text(error)}",
            "fix that, then run the command again",
        ) from None
    return [f"{name} was interrupted before its commit and was undone", *reversed(notes)]


def _foreign(trace: Trace) -> str:
    path = trace.get("path", trace["target"])
    return f"{path} was changed by someone else since and stays; the former content is in {path}.mailspec-kept"


def _orphans(session: Session, desired: Desired, root: Path) -> list[dict[str, Json]]:
    """Return journals beside our targets that the state knows nothing of, as after ``unlock``."""
    unfinished = pending(session)
    found = []
    for target in desired.targets:
        trace = trace_of(target, root, "", session.url)
        left = left_beside(trace)
        if left is not None and (unfinished is None or left.apply != unfinished.apply):
            found.append({**trace, "apply": left.apply, "owner": left.state, "where": left.where})
    return found


def _end_orphan(session: Session, trace: dict[str, Json]) -> list[str]:
    if trace["owner"] != trace["state"]:
        raise StateError(
            "unfinished-elsewhere",
            f"{trace['where']} belongs to an apply with the state {trace['owner']} that has not ended",
            "run mailspec with that state; if it is gone, 'mailspec unlock' undoes that apply here",
        )
    with locked([trace]):
        return _end(session, str(trace["apply"]), [trace], f"an earlier apply of {trace['target']}")


def _when(unfinished: Pending) -> str:
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(unfinished.at))
    return f"the apply of {at} UTC by {unfinished.holder}"
