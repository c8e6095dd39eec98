"""What is applied, as reading commands and apply see it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, select

from mailspec.plan.live import LiveObject
from mailspec.state.records import Entry, Snapshot
from mailspec.state.session import Session
from mailspec.state.tables import HISTORY, INSTANCE, OBJECT, PLAN, TARGET
from mailspec.state.url import StateUrl


def open_state(url: StateUrl, instance: str, environment: str | None) -> Session:
    """Return the state of one instance and environment. Nothing is opened or created before it is used."""
    return Session(url, instance, environment)


def snapshot(session: Session) -> Snapshot:
    """Return what is applied; an empty snapshot before the first apply. Raises ``StateError``."""
    with session.read() as connection:
        if connection is None:
            return Snapshot()
        row = connection.execute(select(INSTANCE).where(*session.of(INSTANCE))).one_or_none()
        if row is None:
            return Snapshot()
        objects = connection.execute(select(OBJECT).where(*session.of(OBJECT)).order_by(OBJECT.c.name)).all()
        targets = connection.execute(select(TARGET).where(*session.of(TARGET)).order_by(TARGET.c.name)).all()
    return Snapshot(
        row.lineage,
        int(row.serial),
        {
            item.name: LiveObject(
                item.name, json.loads(item.fields), bool(item.active), frozenset(json.loads(item.sensitive))
            )
            for item in objects
        },
        {item.name: json.loads(item.record) for item in targets},
    )


def plan_was_applied(session: Session, digest: str) -> bool:
    """Return whether a plan of this digest has been applied before."""
    with session.read() as connection:
        if connection is None:
            return False
        found = select(PLAN.c.digest).where(*session.of(PLAN), PLAN.c.digest == digest)
        return connection.execute(found).one_or_none() is not None


def history(session: Session, limit: int = 50) -> list[Entry]:
    """Return the latest applies, the newest first."""
    with session.read() as connection:
        if connection is None:
            return []
        rows = connection.execute(
            select(HISTORY).where(*session.of(HISTORY)).order_by(HISTORY.c.id.desc()).limit(limit)
        ).all()
    return [_entry(row) for row in rows]


def entry(session: Session, number: int) -> Entry | None:
    """Return one apply by its id."""
    with session.read() as connection:
        if connection is None:
            return None
        row = connection.execute(select(HISTORY).where(*session.of(HISTORY), HISTORY.c.id == number)).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row[Any]) -> Entry:
    objects = {
        name: LiveObject(name, held["fields"], held["active"], frozenset(held["sensitive"]))
        for name, held in json.loads(row.objects).items()
    }
    return Entry(
        row.id,
        row.apply,
        row.at,
        row.who,
        row.commit,
        row.status,
        row.serial,
        row.plan,
        json.loads(row.changes),
        json.loads(row.tests),
        objects,
        json.loads(row.targets),
    )
