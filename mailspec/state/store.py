"""What is applied, as reading commands and apply see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Integer, select, type_coerce

from mailspec.state.decode import LARGEST, Reader, former_apply, history_entry, live_object, target_record
from mailspec.state.records import Entry, FormerApply, Snapshot
from mailspec.state.session import Session
from mailspec.state.tables import HISTORY, INSTANCE, OBJECT, PLAN, TARGET
from mailspec.state.url import StateUrl


def open_state(
    url: StateUrl,
    instance: str,
    environment: str | None,
    machine: str | None = None,
    former: Sequence[str] = (),
    is_ours: Callable[[str | None], bool] = lambda _commit: True,
) -> Session:
    """Return the state of one instance and environment. Nothing is opened or created before it is used.

    ``former`` and ``is_ours`` are about states that were keyed by a name, as for :class:`Session`.
    """
    return Session(url, instance, environment, machine, former, is_ours)


def snapshot(session: Session) -> Snapshot:
    """Return what is applied; an empty snapshot before the first apply. Raises ``StateError``."""
    with session.read() as connection:
        if connection is None:
            return Snapshot()
        row = connection.execute(select(INSTANCE).where(*session.of(INSTANCE))).one_or_none()
        if row is None:
            return Snapshot()
        # SQLAlchemy would take any number or text in SQLite's column for a true one.
        active = type_coerce(OBJECT.c.active, Integer).label("active")
        columns = (OBJECT.c.name, OBJECT.c.fields, OBJECT.c.sensitive, active)
        objects = connection.execute(select(*columns).where(*session.of(OBJECT)).order_by(OBJECT.c.name)).all()
        targets = connection.execute(select(TARGET).where(*session.of(TARGET)).order_by(TARGET.c.name)).all()
    name = session.url.display
    read = Reader(name, INSTANCE.name, row)
    return Snapshot(
        read.text("lineage"),
        read.integer("serial"),
        {entry.name: entry for entry in (live_object(name, item) for item in objects)},
        dict(target_record(name, item) for item in targets),
    )


def plan_was_applied(session: Session, digest: str) -> bool:
    """Return whether a plan of this digest has been applied before."""
    with session.read() as connection:
        if connection is None:
            return False
        found = select(PLAN.c.digest).where(*session.of(PLAN), PLAN.c.digest == digest)
        return connection.execute(found).one_or_none() is not None


def history(session: Session, limit: int = 50, *, applied: bool = False) -> list[Entry]:
    """Return the latest applies, the newest first; with ``applied`` those that hold. Raises ``StateError``."""
    wanted = [HISTORY.c.status == "applied"] if applied else []
    with session.read() as connection:
        if connection is None:
            return []
        rows = connection.execute(
            select(HISTORY).where(*session.of(HISTORY), *wanted).order_by(HISTORY.c.id.desc()).limit(limit)
        ).all()
    return [history_entry(session.url.display, row) for row in rows]


def former_applies(session: Session) -> Iterator[FormerApply]:
    """Yield each apply that holds, the newest first, of all environments of an instance.

    Raises:
        StateError: the state cannot be used.
    """
    with session.read() as connection:
        if connection is None:
            return
        ours = HISTORY.c.instance == session.key["instance"]
        wanted = select(HISTORY.c.targets, HISTORY.c.changes).where(ours, HISTORY.c.status == "applied")
        rows: Iterable[Any] = connection.execute(wanted.order_by(HISTORY.c.id.desc()))
        for row in rows:
            yield former_apply(session.url.display, row)


def entry(session: Session, number: int) -> Entry | None:
    """Return one apply by its id. Raises ``StateError``."""
    if number > LARGEST:
        return None
    with session.read() as connection:
        if connection is None:
            return None
        row = connection.execute(select(HISTORY).where(*session.of(HISTORY), HISTORY.c.id == number)).one_or_none()
    return None if row is None else history_entry(session.url.display, row)
