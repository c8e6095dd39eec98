"""Writes of several threads in one transaction: while one is on its way to the disk, the next ones gather.

A commit that waits for the disk costs the same for one message as for sixty, and SQLite's writers need not wait for
each other by sleeping.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from mailspec.delivery.database import Database

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Entry:
    write: Callable[[Connection], Any]
    done: bool = False
    result: Any = None
    error: BaseException | None = None


class Together:
    """Runs writes of one database; each is whole, and on the disk when its call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Entry] = []

    def __call__(self, write: Callable[[Connection], T]) -> T:
        """Run one write and return what it returns. Raises what it raises, or ``StateError``."""
        entry = _Entry(write)
        with self._guard:
            self._waiting.append(entry)
        with self._turn:
            if not entry.done:
                with self._guard:
                    batch, self._waiting = self._waiting, []
                self._run(batch)
        if entry.error is not None:
            raise entry.error
        result: T = entry.result
        return result

    def _run(self, batch: list[_Entry]) -> None:
        try:
            with self._database.write() as connection:
                results = [entry.write(connection) for entry in batch]
        except Exception as error:
            if len(batch) == 1:
                batch[0].error, batch[0].done = error, True
                return
            # One of them spoils the transaction of all: each gets its own.
            for entry in batch:
                self._run([entry])
            return
        for entry, result in zip(batch, results, strict=True):
            entry.result, entry.done = result, True
