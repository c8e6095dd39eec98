"""Configurations that stand in for others: when one is taken, and when the first is used again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from time import monotonic

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mailspec.delivery.database import Database
from mailspec.delivery.routes import Way
from mailspec.delivery.tables import STANDING

# How long a server that could not be reached is left alone before one message asks it again, in seconds.
PAUSE = 30.0


class Standing:
    """What one worker knows of accounts that are out of order, and what all of them have said about it."""

    def __init__(self, database: Database, pause: float = PAUSE) -> None:
        self._database = database
        self._pause = pause
        self._lock = threading.Lock()
        self._down: dict[str, float] = {}
        self._failed: dict[str, float] = {}
        self._worked: dict[str, float] = {}
        self._replaced: set[str] = set()

    def usable(self, ways: Sequence[Way]) -> list[Way]:
        """Return the ways to try, in order. One that is out of order is left out, but for one message a pause."""
        if len(ways) < 2:
            return list(ways)
        now = monotonic()
        chosen = []
        with self._lock:
            for way in ways:
                until = self._down.get(way.name)
                if until is not None and until > now:
                    continue
                if until is not None:
                    self._down[way.name] = now + self._pause
                chosen.append(way)
        return chosen or list(ways)

    def failed(self, way: Way, began: float) -> None:
        """Say that a server could not be reached.

        What ``began`` (monotonic seconds) before the server took another message says nothing of it now.
        """
        with self._lock:
            if self._worked.get(way.name, began) > began:
                return
            self._failed[way.name] = monotonic()
            self._down[way.name] = self._failed[way.name] + self._pause

    def took(self, first: Way, used: Way, reason: str, began: float) -> bool:
        """Say that a message went by ``used`` instead of ``first``; return whether that is news to all workers.

        ``began`` is as in :meth:`failed`.
        """
        with self._lock:
            if first.name in self._replaced or self._worked.get(first.name, began) > began:
                return False
        row = {**self._database.key, "configuration": first.name, "via": used.name, "reason": reason}
        try:
            with self._database.write() as connection:
                there = (*self._database.of(STANDING), STANDING.c.configuration == first.name)
                if connection.execute(select(STANDING.c.via).where(*there)).first() is None:
                    connection.execute(STANDING.insert().values(**row, since=self._database.now(connection)))
                    news = True
                else:
                    news = False
        except IntegrityError:
            news = False
        with self._lock:
            self._replaced.add(first.name)
        return news

    def worked(self, way: Way, began: float) -> bool:
        """Say that a way works; return whether that is news, because another one had stood in for it.

        What ``began`` (monotonic seconds) before the way failed for another message says nothing of it now.
        """
        with self._lock:
            if self._failed.get(way.name, began) > began:
                return False
            self._worked[way.name] = monotonic()
            self._down.pop(way.name, None)
            if way.name not in self._replaced:
                return False
            self._replaced.discard(way.name)
        with self._database.write() as connection:
            there = (*self._database.of(STANDING), STANDING.c.configuration == way.name)
            return connection.execute(STANDING.delete().where(*there)).rowcount > 0

    def refresh(self) -> None:
        """Learn what other workers, or earlier ones, have found."""
        with self._database.read() as connection:
            query = select(STANDING.c.configuration).where(*self._database.of(STANDING))
            names = set(connection.execute(query).scalars())
        with self._lock:
            self._replaced = names
