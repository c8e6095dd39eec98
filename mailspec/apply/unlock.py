"""``unlock``: take a lock from a holder that is certainly gone, and end what it left."""

from __future__ import annotations

from pathlib import Path

from mailspec.apply.cures import error_text
from mailspec.apply.recover import recover_locked
from mailspec.apply.traces import kind_of, left_beside, locked, trace_of
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired
from mailspec.state.commit import end, pending
from mailspec.state.errors import StateError
from mailspec.state.holder import myself
from mailspec.state.lease import acquire, break_lock, info
from mailspec.state.records import LockInfo
from mailspec.state.session import Session


def lock_holder(session: Session) -> LockInfo | None:
    """Return who holds the state's lock, for a question before it is taken away. Raises ``StateError``."""
    return info(session)


def unlock(session: Session, desired: Desired, root: Path) -> list[str] | Refusal:
    """Break the lock and return in words what was done.

    A holder on another machine that still lives is fenced off: its commit will fail, and it undoes its work. An
    unfinished apply of another machine is forgotten here; the next run there finds its journal and ends it.
    """
    try:
        notes = [f"the lock of {entry.holder} was taken away" for entry in [break_lock(session)] if entry is not None]
        with acquire(session):
            notes += _abandon(session)
            notes += _undo_foreign(session, desired, root)
            notes += recover_locked(session, desired, root)
    except StateError as error:
        return error.refusal
    return notes or ["nothing was locked or unfinished"]


def _abandon(session: Session) -> list[str]:
    left = pending(session)
    if left is None or left.host == myself(session.machine).host:
        return []
    end(session, left.apply)
    where = ", ".join(str(trace.get("path", trace["target"])) for trace in left.traces)
    return [f"the unfinished apply of {left.holder} is forgotten here; the next run on {left.host} ends it ({where})"]


def _undo_foreign(session: Session, desired: Desired, root: Path) -> list[str]:
    """Undo what an apply with another state left beside our targets: nobody can ask that state any more."""
    notes: list[str] = []
    for target in desired.targets:
        trace = trace_of(target, root, "", session.url)
        left = left_beside(trace)
        if left is None or left.state == trace["state"]:
            continue
        with locked([trace]):
            try:
                done = kind_of(trace).undo(trace)
            except OSError as error:
                raise StateError("recovery-failed", f"{target.name}: {error_text(error)}") from None
        notes.append(f"{target.name}: an apply with the state {left.state} had not ended; now {done}")
    return notes
