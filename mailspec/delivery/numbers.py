"""The queue in numbers: by configuration and by mailing, over the last 24 hours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, distinct, func, select

from mailspec.delivery.bounces import COUNTED
from mailspec.delivery.database import Database
from mailspec.delivery.letters import OPEN
from mailspec.delivery.tables import BOUNCE, MAIL, STANDING, WORKER
from mailspec.outcome.queue import Counts, Hour, Numbers, Stand

DAY = 86400.0
HOUR = 3600.0
# A worker says every five seconds that it lives.
_SILENT = 30.0


def numbers(database: Database) -> Numbers:
    """Return all numbers as they are now."""
    with database.read() as connection:
        now = database.now(connection)
        return Numbers(
            at=now,
            total=_counts(database, connection, now, None)[""],
            configurations=_counts(database, connection, now, MAIL.c.configuration),
            mailings=_counts(database, connection, now, MAIL.c.mailing),
            hours=_hours(database, connection, now),
            oldest=_oldest(database, connection, now),
            doubtful=_doubtful(database, connection, now),
            workers=_workers(database, connection, now),
            standing=_standing(database, connection),
        )


def _counts(database: Database, connection: Connection, now: float, by: ColumnElement[Any] | None) -> dict[str, Counts]:
    group = func.coalesce(by, "") if by is not None else func.coalesce(MAIL.c.instance, "")
    recent = MAIL.c.changed > now - DAY
    sent = and_(MAIL.c.state == "sent", recent)
    rows = connection.execute(
        select(
            group.label("name"),
            _number(sent),
            _number(and_(MAIL.c.state == "dead", recent)),
            _number(MAIL.c.state.in_(OPEN)),
            _number(MAIL.c.state == "dead"),
            func.avg(case((sent, MAIL.c.sent - MAIL.c.created))),
        )
        .where(*database.of(MAIL))
        .group_by(group)
    ).all()
    bounced = _bounced(database, connection, now, by)
    found = {}
    for name, went, failed, queued, dead, seconds in rows:
        key = "" if by is None else str(name)
        if by is not None and not key:
            continue
        found[key] = Counts(int(went), int(failed), int(queued), int(dead), seconds, bounced.get(key, 0))
    return found if by is not None else found or {"": Counts(0, 0, 0, 0, None, 0)}


def _bounced(database: Database, connection: Connection, now: float, by: ColumnElement[Any] | None) -> dict[str, int]:
    messages = func.count(distinct(BOUNCE.c.mail))
    condition = _came_back(database, now)
    if by is None:
        return {"": int(connection.execute(select(messages).where(*condition)).scalar_one())}
    joined = BOUNCE.join(MAIL, MAIL.c.id == BOUNCE.c.mail)
    query = select(func.coalesce(by, ""), messages).select_from(joined).where(*condition).group_by(by)
    return {str(name): int(count) for name, count in connection.execute(query)}


def _came_back(database: Database, now: float) -> tuple[ColumnElement[bool], ...]:
    return (*database.of(BOUNCE), BOUNCE.c.at > now - DAY, BOUNCE.c.action == COUNTED)


def _hours(database: Database, connection: Connection, now: float) -> tuple[Hour, ...]:
    """Return 24 hours, the oldest first; the last one is the one that is passing."""
    start = now - DAY

    def by_hour(at: ColumnElement[Any]) -> ColumnElement[int]:
        return cast(func.floor((at - start) / HOUR), Integer)

    slot, back = by_hour(MAIL.c.changed), by_hour(BOUNCE.c.at)
    went = (
        select(slot, MAIL.c.state, func.count())
        .where(*database.of(MAIL), MAIL.c.changed > start, MAIL.c.state.in_(("sent", "dead")))
        .group_by(slot, MAIL.c.state)
    )
    returned = select(back, func.count(distinct(BOUNCE.c.mail))).where(*_came_back(database, now)).group_by(back)
    found = {(int(number), state): int(count) for number, state, count in connection.execute(went)}
    bounced = {int(number): int(count) for number, count in connection.execute(returned)}
    return tuple(
        Hour(
            start + number * HOUR,
            found.get((number, "sent"), 0),
            found.get((number, "dead"), 0),
            bounced.get(number, 0),
        )
        for number in range(24)
    )


def _oldest(database: Database, connection: Connection, now: float) -> float | None:
    query = select(func.min(MAIL.c.created)).where(*database.of(MAIL), MAIL.c.state.in_(OPEN))
    first = connection.execute(query).scalar_one()
    return None if first is None else max(0.0, now - float(first))


def _doubtful(database: Database, connection: Connection, now: float) -> int:
    query = select(func.count()).select_from(MAIL)
    query = query.where(*database.of(MAIL), MAIL.c.doubtful, MAIL.c.changed > now - DAY)
    return int(connection.execute(query).scalar_one())


def _workers(database: Database, connection: Connection, now: float) -> int:
    alive = (*database.of(WORKER), WORKER.c.ended.is_(None), WORKER.c.seen > now - _SILENT)
    return int(connection.execute(select(func.count()).select_from(WORKER).where(*alive)).scalar_one())


def _standing(database: Database, connection: Connection) -> tuple[Stand, ...]:
    rows = connection.execute(select(STANDING).where(*database.of(STANDING)).order_by(STANDING.c.configuration))
    return tuple(Stand(row.configuration, row.via, row.since, row.reason) for row in rows)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
