"""Messages in the database: accepted, begun, settled, listed, sent again and purged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Update, bindparam, func, select

from mailspec.delivery.database import Database
from mailspec.delivery.engine import Engine
from mailspec.delivery.letters import OPEN, NewLetter, letter, recipients_json, settled
from mailspec.delivery.limits import leave
from mailspec.delivery.tables import BOUNCE, MAIL
from mailspec.delivery.together import Together
from mailspec.outcome.delivery import Letter, Recipient, Trouble
from mailspec.outcome.refusal import Refusal
from mailspec.text.unwritable import unwritable

_META = [column for column in MAIL.c if column.name not in ("content", "instance", "environment")]
DEFAULT_LIMIT = 10_000
# What every message needs is made once: to build a statement takes longer than to run it.
_BY_ID = select(MAIL).where(MAIL.c.id == bindparam("id"))


@lru_cache(maxsize=16)
def _settling(names: tuple[str, ...]) -> Update:
    """Return what ends a turn: an update of some columns where the turn is still the message's."""
    mine = (MAIL.c.id == bindparam("its"), MAIL.c.run == bindparam("turn"), MAIL.c.state.in_(OPEN))
    return MAIL.update().where(*mine).values({name: bindparam(name) for name in names})


class Accepted(NamedTuple):
    """The ids of what was accepted now, and of what had been accepted before under the same key."""

    new: tuple[str, ...]
    known: tuple[str, ...]


class Store:
    """The messages of one queue. Every method raises ``StateError`` where the database fails."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self.database = database
        self.engine = engine
        self.together = Together(database)

    def prepare(self) -> None:
        """Make the tables, where there are none."""
        self.database.ensure()
        self.engine.prepare()

    def accept(self, letters: Sequence[NewLetter], limit: int = DEFAULT_LIMIT) -> Accepted | Refusal:
        """Accept all of some messages, or none where they are more than the queue holds.

        When it returns, they are on the disk.
        """
        database = self.database
        with database.write() as connection:
            database.serialise(connection, "accept")
            ids = [entry.id for entry in letters]
            known = _known(connection, ids)
            new = [entry for entry in letters if entry.id not in known]
            waiting = self._count(connection, OPEN)
            if new and waiting + len(new) > limit:
                return _full(waiting, len(new), limit)
            now = database.now(connection)
            if new:
                connection.execute(MAIL.insert(), [_row(database, entry, now) for entry in new])
            for entry in new:
                self.engine.enqueue(connection, entry.id, 0)
        return Accepted(tuple(entry.id for entry in new), tuple(id for id in ids if id in known))

    def begin(self, id: str, run: int) -> Letter | None:
        """Return a message for its turn, ``None`` where that turn is over or another one came."""
        with self.database.read() as connection:
            row = connection.execute(_BY_ID, {"id": id}).mappings().one_or_none()
        if row is None or row["run"] != run or row["state"] not in OPEN:
            return None
        return letter(dict(row), row["content"])

    def settle(
        self,
        stored: Letter,
        *,
        recipients: Sequence[Recipient],
        state: str,
        attempts: int,
        trouble: Trouble | None = None,
        wait: float | None = None,
        waits_for: str | None = None,
        via: str | None = None,
    ) -> bool:
        """Record a turn's end and, where it waits, its next turn, all in one transaction.

        Return whether it was recorded now: the same end recorded twice changes nothing.
        """
        database = self.database

        def write(connection: Connection) -> bool:
            now = database.now(connection)
            values: dict[str, Any] = {
                "state": state,
                "changed": now,
                "recipients": recipients_json(recipients),
                "attempts": attempts,
                "trouble": None if trouble is None else json.dumps(asdict(trouble)),
                "due": None if wait is None else now + wait,
                "waits_for": waits_for,
                "doubtful": stored.doubtful or (trouble is not None and trouble.after_dot),
            }
            if state in OPEN:
                values["run"] = stored.run + 1
            if via is not None:
                values["via"] = via
            if state == "sent":
                values |= {"sent": now, "content": None}
            if (
                connection.execute(_settling(tuple(values)), {**values, "its": stored.id, "turn": stored.run}).rowcount
                == 0
            ):
                return False
            if state in OPEN:
                self.engine.enqueue(connection, stored.id, stored.run + 1, wait)
            leave(database, connection, stored.id)
            return True

        return self.together(write)

    def again(self, ids: Sequence[str] | None = None) -> list[str]:
        """Give dead letters back to the queue, all or some, and return their ids. Who has it does not get it again."""
        database = self.database
        with database.write() as connection:
            conditions = [*database.of(MAIL), MAIL.c.state == "dead"]
            if ids is not None:
                conditions.append(MAIL.c.id.in_(ids))
            rows = connection.execute(select(*_META).where(*conditions)).mappings().all()
            now = database.now(connection)
            for row in rows:
                stored = letter(dict(row))
                opened = [Recipient(entry.address) if entry.state == "failed" else entry for entry in stored.recipients]
                values = {"state": "queued", "run": stored.run + 1, "attempts": 0, "changed": now, "due": None}
                connection.execute(
                    MAIL.update()
                    .where(MAIL.c.id == stored.id)
                    .values(**values, waits_for=None, recipients=recipients_json(opened))
                )
                self.engine.enqueue(connection, stored.id, stored.run + 1)
        return [row["id"] for row in rows]

    def rescue(self, id: str, run: int, *, dead: Trouble | None) -> None:
        """Settle a message whose task ended without doing so: another turn, or ``dead`` for the reason given."""
        stored = self.begin(id, run)
        if stored is None:
            return
        if dead is None:
            self.settle(
                stored, recipients=stored.recipients, state="queued", attempts=stored.attempts, trouble=stored.trouble
            )
            return
        recipients = settled(stored.recipients, dict.fromkeys(stored.open_recipients, dead))
        self.settle(stored, recipients=recipients, state="dead", attempts=stored.attempts, trouble=dead)

    def purge(self, states: Sequence[str], before: float | None = None, ids: Sequence[str] | None = None) -> int:
        """Delete messages of some states, of those only what has not changed since ``before``; return how many."""
        with self.database.write() as connection:
            conditions = [*self.database.of(MAIL), MAIL.c.state.in_(states)]
            if before is not None:
                conditions.append(MAIL.c.changed < before)
            if ids is not None:
                conditions.append(MAIL.c.id.in_(ids))
            connection.execute(BOUNCE.delete().where(BOUNCE.c.mail.in_(select(MAIL.c.id).where(*conditions))))
            return connection.execute(MAIL.delete().where(*conditions)).rowcount

    def listed(self, states: Sequence[str] = (), limit: int | None = 100, newest: bool = False) -> list[Letter]:
        """Return messages without their content, the oldest first."""
        order = MAIL.c.created.desc() if newest else MAIL.c.created.asc()
        query = select(*_META).where(*self.database.of(MAIL)).order_by(order, MAIL.c.id)
        if states:
            query = query.where(MAIL.c.state.in_(states))
        with self.database.read() as connection:
            rows = connection.execute(query if limit is None else query.limit(limit)).mappings().all()
        return [letter(dict(row)) for row in rows]

    def find(self, word: str) -> list[Letter]:
        """Return the messages whose id begins with a word, or whose Message-ID it is; at most ten."""
        if unwritable(word) is not None:
            return []
        named = MAIL.c.id.startswith(word, autoescape=True) | (MAIL.c.message_id == word)
        with self.database.read() as connection:
            query = select(MAIL).where(*self.database.of(MAIL), named).order_by(MAIL.c.created).limit(10)
            rows = connection.execute(query).mappings().all()
        return [letter(dict(row), row["content"]) for row in rows]

    def count(self, states: Sequence[str]) -> int:
        """Return how many messages are in some states."""
        with self.database.read() as connection:
            return self._count(connection, states)

    def _count(self, connection: Connection, states: Sequence[str]) -> int:
        query = select(func.count()).select_from(MAIL).where(*self.database.of(MAIL), MAIL.c.state.in_(states))
        return int(connection.execute(query).scalar_one())


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), 500):
        query = select(MAIL.c.id).where(MAIL.c.id.in_(ids[start : start + 500]))
        known.update(connection.execute(query).scalars())
    return known


def _full(waiting: int, more: int, limit: int) -> Refusal:
    return Refusal(
        "queue-full",
        f"the queue holds {waiting} messages, {more} more would be beyond its limit of {limit}: nothing was accepted",
        "start a worker, wait until it has sent some, or raise delivery.queue.limit",
    )


def _row(database: Database, entry: NewLetter, now: float) -> Mapping[str, Any]:
    return {
        **database.key,
        "id": entry.id,
        "created": now,
        "changed": now,
        "state": "queued",
        "kind": entry.kind,
        "sender": entry.sender,
        "mailing": entry.mailing,
        "configuration": entry.configuration,
        "origin": entry.origin,
        "message_id": entry.message_id,
        "subject": entry.subject,
        "envelope_from": entry.envelope_from,
        "recipients": recipients_json(Recipient(address) for address in entry.recipients),
        "content": entry.content,
        "utf8": entry.utf8,
        "attempts": 0,
        "run": 0,
        "doubtful": False,
    }
