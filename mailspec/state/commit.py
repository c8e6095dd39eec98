"""The one transaction that makes an apply hold, and the notes before and after it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from itertools import chain
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change, Json
from mailspec.plan.live import LiveObject
from mailspec.state.decode import pending_apply
from mailspec.state.errors import StateError
from mailspec.state.holder import myself
from mailspec.state.lease import Lease
from mailspec.state.records import ROLLBACK, SENT, HistoryStatus, Pending, Snapshot
from mailspec.state.session import Session
from mailspec.state.tables import HISTORY, INSTANCE, LOCK, OBJECT, PENDING, PLAN, TARGET

_FAILURES = 200  # failed applies that the history keeps


@dataclass(frozen=True, slots=True)
class Record:
    """What the history keeps of one apply. ``plan`` is the plan's digest, ``commit`` Git's.

    ``rollback`` is the entry that it goes back to. ``sent`` are the places that each secret goes to, by its keys.
    """

    apply: str
    plan: str
    commit: str | None
    changes: tuple[Change, ...]
    tests: tuple[TestResult, ...]
    status: HistoryStatus
    rollback: int | None = None
    sent: dict[str, tuple[str, ...]] = field(default_factory=dict)


def begin(session: Session, lease: Lease, apply: str, traces: list[dict[str, Json]]) -> None:
    """Note that an apply is under way and what it is about to leave beside its targets."""
    me = myself(session.machine)
    with session.write() as connection:
        _fence(session, connection, lease)
        connection.execute(
            insert(PENDING).values(
                **session.key,
                apply=apply,
                holder=me.name,
                host=me.host,
                at=session.now(connection),
                traces=_json(traces),
            )
        )


def commit(
    session: Session,
    lease: Lease,
    before: Snapshot,
    objects: dict[str, LiveObject],
    targets: dict[str, dict[str, Json]],
    record: Record,
) -> int:
    """Make it hold: objects, targets, serial, history and the plan's use, all or nothing. Returns the
    entry's id.

    Raises ``StateError`` where the lock was lost or the state moved on; then nothing was written.
    """
    with session.write() as connection:
        _fence(session, connection, lease)
        serial = _advance(session, connection, before)
        for table in (OBJECT, TARGET):
            connection.execute(delete(table).where(*session.of(table)))
        for live_object in objects.values():
            values = {
                "fields": _json(live_object.fields),
                "sensitive": _json(sorted(live_object.sensitive)),
                "active": live_object.active,
            }
            connection.execute(insert(OBJECT).values(**session.key, name=live_object.name, **values))
        for name, kept in targets.items():
            connection.execute(insert(TARGET).values(**session.key, name=name, record=_json(kept)))
        now = session.now(connection)
        connection.execute(insert(PLAN).values(**session.key, digest=record.plan, at=now))
        return _history(session, connection, record, serial, objects, targets)


def note_failure(session: Session, record: Record, before: Snapshot) -> int:
    """Keep in the history that an apply did not hold. Returns the entry's id."""
    with session.write() as connection:
        return _history(session, connection, record, before.serial, before.objects, before.targets)


def end(session: Session, apply: str) -> None:
    """Forget that an apply is under way: nothing of it is left beside the targets."""
    with session.write() as connection:
        connection.execute(delete(PENDING).where(*session.of(PENDING), PENDING.c.apply == apply))


def committed(session: Session, apply: str) -> int | None:
    """Return the history's id of an apply that holds, else ``None``. Raises ``StateError``: that cannot be
    told.

    Waits for a commit whose answer was lost: it has the lock's row until it is done.
    """
    with session.write() as connection:
        connection.execute(select(LOCK).where(*session.of(LOCK)).with_for_update()).one_or_none()
        found = select(HISTORY.c.id).where(HISTORY.c.apply == apply, HISTORY.c.status == "applied")
        return connection.execute(found).scalar_one_or_none()


def pending(session: Session) -> Pending | None:
    """Return the apply that has not ended, if any. Raises ``StateError``."""
    with session.read() as connection:
        if connection is None:
            return None
        row = connection.execute(select(PENDING).where(*session.of(PENDING))).one_or_none()
        return None if row is None else pending_apply(session.url.display, row)


def _fence(session: Session, connection: Connection, lease: Lease) -> None:
    row = connection.execute(select(LOCK).where(*session.of(LOCK)).with_for_update()).one_or_none()
    if row is None or row.token != lease.token or row.holder is None:
        who = "someone" if row is None or row.holder is None else row.holder
        raise StateError(
            "lock-lost",
            f"the lock on {session.url.display} was taken over by {who} while this apply was under way",
            "look at 'mailspec status', then plan again",
        )


def _advance(session: Session, connection: Connection, before: Snapshot) -> int:
    serial = before.serial + 1
    if not before.lineage:
        exists = connection.execute(select(INSTANCE).where(*session.of(INSTANCE))).one_or_none()
        if exists is None:
            connection.execute(insert(INSTANCE).values(**session.key, lineage=str(uuid4()), serial=serial))
            return serial
    done = connection.execute(
        update(INSTANCE)
        .where(*session.of(INSTANCE), INSTANCE.c.lineage == before.lineage, INSTANCE.c.serial == before.serial)
        .values(serial=serial)
    )
    if done.rowcount != 1:
        raise StateError("state-moved", f"{session.url.display} was changed by another apply", "plan again")
    return serial


def _history(
    session: Session,
    connection: Connection,
    record: Record,
    serial: int,
    objects: dict[str, LiveObject],
    targets: dict[str, dict[str, Json]],
) -> int:
    live_object = {
        item.name: {"fields": item.fields, "active": item.active, "sensitive": sorted(item.sensitive)}
        for item in objects.values()
    }
    done = connection.execute(
        insert(HISTORY).values(
            **session.key,
            apply=record.apply,
            at=session.now(connection),
            who=myself(session.machine).name,
            commit=record.commit,
            status=record.status,
            serial=serial,
            plan=record.plan,
            # Beside each change, so that states of earlier versions need no new column.
            changes=_json(_changes(record)),
            tests=_json([asdict(test) for test in record.tests]),
            objects=_json(live_object),
            targets=_json(targets),
        )
    )
    number = int((done.inserted_primary_key or (0,))[0])
    if record.status != "applied":
        # Each failed push leaves one, and a pipeline may fail for months.
        failed = [*session.of(HISTORY), HISTORY.c.status != "applied"]
        kept = select(HISTORY.c.id).where(*failed).order_by(HISTORY.c.id.desc()).limit(_FAILURES).subquery()
        oldest = connection.execute(select(func.min(kept.c.id))).scalar_one()
        connection.execute(delete(HISTORY).where(*failed, HISTORY.c.id < oldest))
    return number


def _changes(record: Record) -> list[dict[str, Json]]:
    changes: list[dict[str, Json]] = [{**change.data, ROLLBACK: record.rollback} for change in record.changes]
    if changes and record.sent:
        # Thousands of secrets may go to the same long list of places.
        numbers = {place: number for number, place in enumerate(dict.fromkeys(chain(*record.sent.values())))}
        of_each: dict[str, Json] = {key: [numbers[place] for place in places] for key, places in record.sent.items()}
        changes[0][SENT] = {"places": list(numbers), "keys": of_each}
    return changes


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
