"""What was applied: the history and the status, as text, data and documents."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mailspec.render.document import Document, Event
from mailspec.render.documents import of_history, of_plan
from mailspec.render.plan_json import plan_data
from mailspec.render.plan_text import plan_text
from mailspec.render.sign_in import sign_in_data, sign_in_lines
from mailspec.render.words import count
from mailspec.text.escape import terminal

if TYPE_CHECKING:
    from mailspec.state.records import Entry
    from mailspec.workflow.apply.history import Status

# Names of those who cannot sign in are told up to here.
_SHOWN = 5


def history_text(entries: Sequence[Entry], *, changes: bool = False) -> str:
    """Return a line an apply, the newest first; with ``changes`` a line a change below it."""
    lines = []
    for entry in entries:
        commit = f", commit {terminal(entry.commit[:12])}" if entry.commit else ""
        summary = f"{_what(entry)}, by {terminal(entry.who)}{commit}"
        lines.append(f"{entry.id:>4}  {_day(entry.at)} UTC  {entry.status:<8}  {summary}")
        if changes:
            lines += [
                f"      {change['action']} {terminal(change['name'])} in {terminal(change['target'])}"
                for change in entry.changes
            ]
    return "\n".join(lines) or "Nothing has been applied yet."


def history_data(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the history as data."""
    names = ("id", "at", "who", "commit", "status", "serial", "plan", "rollback", "changes", "tests")
    return [{name: getattr(entry, name) for name in names} for entry in entries]


def history_document(entries: Sequence[Entry]) -> Document:
    """Return the history for the formats that show documents."""
    return of_history(Event(str(e.id), f"{_day(e.at)} UTC", e.who, e.status, _what(e), e.commit) for e in entries)


def _what(entry: Entry) -> str:
    back = "" if entry.rollback is None else f"rollback to {entry.rollback}, "
    return f"{back}{count(len(entry.changes), 'change')}"


def status_text(status: Status, where: str, *, fields: bool = False, colour: bool = False) -> str:
    """Return what is applied and what an apply would change. ``where`` names the instance and environment."""
    lines = [terminal(line) for line in _status_lines(status, where)]
    if status.pending.changes:
        lines += ["The files differ from what is applied:"]
        lines += [plan_text(status.pending, status.notes, fields=fields, colour=colour)]
    else:
        lines.append("The files and what is applied are the same.")
        lines += [terminal(f"Note: {note}.") for note in status.notes if ": behind, " in note]
    return "\n".join(lines)


def status_data(status: Status, instance: str, environment: str | None) -> dict[str, Any]:
    """Return the status as data."""
    last = status.last
    return {
        "version": 1,
        "instance": instance,
        "environment": environment,
        "active": status.active,
        "serial": status.serial,
        "last": None if last is None else {"id": last.id, "at": last.at, "who": last.who, "commit": last.commit},
        "differs": bool(status.pending.changes),
        "pending": plan_data(status.pending)["changes"],
        "unfinished": status.unfinished,
        "locked_by": None if status.lock is None else status.lock.holder,
        "non_authenticated": status.unauthenticated,
        "unproven": status.unproven,
        "sign_ins": [sign_in_data(entry) for entry in status.sign_ins],
    }


def status_document(status: Status, where: str) -> Document:
    """Return the status for the formats that show documents: the pending changes, and the rest as notes."""
    first, *more = _status_lines(status, where)
    pending = of_plan(status.pending, status.notes)
    verdict = "The files differ from what is applied." if status.pending.changes else "The files hold what is applied."
    return pending.replace(title="mailspec status", verdict=f"{first} {verdict}", notes=(*more, *pending.notes))


def _status_lines(status: Status, where: str) -> Iterator[str]:
    if status.last is None:
        yield f"{where}: nothing has been applied yet."
    else:
        yield f"{where}: active is {status.active or 'nothing: mail is off'}."
        last = status.last
        back = "" if last.rollback is None else f" (a rollback to {last.rollback})"
        yield f"Last apply: {last.id}{back}, {_day(last.at)} UTC by {last.who}, {last.status}."
    if status.lock is not None:
        yield f"Locked by {status.lock.holder}{', which is gone: mailspec unlock' if status.lock.dead else ''}."
    if status.unfinished:
        yield f"Unfinished: {status.unfinished}."
    yield from sign_in_lines([entry for entry in status.sign_ins if entry.kind != "user" or entry.state != "never"])
    names = status.unauthenticated
    if names:
        yield f"Non-Authenticated: {_some(names)}."
    if status.unproven:
        yield f"Note: no apply has proven the sign-in of {_some(status.unproven)}."


def _some(names: Sequence[str]) -> str:
    return f"{len(names)} ({', '.join(names[:_SHOWN])}{' ...' if len(names) > _SHOWN else ''})"


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))
