"""Which workers live. Each holds a lock from its start to its end; a lock that is free belongs to a dead one.

SQLite: a file lock beside the database, because all its workers are on this machine. PostgreSQL: an advisory lock on
a connection of its own, with keep-alives that the server sends, so that a machine that lost its power is noticed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from mailspec.delivery.database import Database
from mailspec.files.flock import lock

_SPACE = 7001  # of PostgreSQL's advisory locks
# After PostgreSQL has started, its workers get this many seconds to come back before they are taken for dead.
RETURN = 15.0


class Peers(Protocol):
    """The lives of a queue's workers, as locks."""

    def live(self, worker: str) -> None:
        """Take the worker's own lock, or make sure that it is still held. Raises ``StateError``, OSError."""

    def dead(self, worker: str) -> Any:
        """Return a context that gives whether the worker is dead; while it lasts no other can say so."""

    def close(self) -> None:
        """Let go of all locks."""


def peers_of(database: Database, back: float = RETURN) -> Peers:
    """Return what fits the database. ``back`` is :data:`RETURN`, in seconds."""
    return _Files(database) if database.is_sqlite else _Advisory(database, back)


class _Files:
    def __init__(self, database: Database) -> None:
        path = database.url.path or Path()
        self._folder = path.with_name(path.name + "-workers")
        self._own: int | None = None

    def live(self, worker: str) -> None:
        if self._own is None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._own = os.open(self._folder / worker, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            lock(self._own, wait=True)

    @contextmanager
    def dead(self, worker: str) -> Iterator[bool]:
        path = self._folder / worker
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            yield False
            return
        try:
            lock(descriptor)
        except OSError:
            yield False
            return
        else:
            yield True
            with suppress(OSError):
                path.unlink()
        finally:
            os.close(descriptor)

    def close(self) -> None:
        if self._own is not None:
            os.close(self._own)
            self._own = None


class _Advisory:
    def __init__(self, database: Database, back: float) -> None:
        self._database = database
        self._back = back
        self._own: Connection | None = None
        self._lock = threading.Lock()

    def live(self, worker: str) -> None:
        with self._lock:
            if self._own is not None:
                try:
                    self._own.execute(text("SELECT 1")).scalar_one()
                    return
                except DBAPIError:
                    self._drop()
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for setting in ("tcp_keepalives_idle=10", "tcp_keepalives_interval=5", "tcp_keepalives_count=3"):
                connection.execute(text(f"SET {setting}"))
            connection.execute(text("SELECT pg_advisory_lock(:space, hashtext(:name))"), _named(worker))
            self._own = connection

    @contextmanager
    def dead(self, worker: str) -> Iterator[bool]:
        with self._database.read() as raw:
            connection = raw.execution_options(isolation_level="AUTOCOMMIT")
            up = "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"
            if float(connection.execute(text(up)).scalar_one()) < self._back:
                yield False
                return
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:space, hashtext(:name))"), _named(worker))
            if not taken.scalar_one():
                yield False
                return
            try:
                yield True
            finally:
                with suppress(DBAPIError):
                    connection.execute(text("SELECT pg_advisory_unlock(:space, hashtext(:name))"), _named(worker))

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._own is not None:
            with suppress(DBAPIError):
                # Not given back to the pool: the lock goes with the connection.
                self._own.invalidate()
                self._own.close()
            self._own = None


def _named(worker: str) -> dict[str, Any]:
    return {"space": _SPACE, "name": worker}
