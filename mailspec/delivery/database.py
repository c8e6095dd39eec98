"""The queue's database: a SQLite file beside the state's, or the PostgreSQL database that holds the state."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from mailspec.delivery.tables import METADATA, SCHEMA
from mailspec.state.engine import BUSY, errors, give_up_on_silence, make_folder
from mailspec.state.errors import StateError
from mailspec.state.url import StateUrl, queue_path

VERSION = 1
_ADVISORY = 0x6D617174  # one number for every mailspec: two first runs must not both create the tables
_CONNECTIONS = 8


def queue_url(state: StateUrl) -> StateUrl:
    """Return where the queue is, from where the state is: the same PostgreSQL, or a file beside SQLite's.

    A file of its own, because the queue's many small transactions need SQLite's write-ahead log.
    """
    if state.path is None:
        return state
    path = queue_path(state.path)
    shown = state.display[: len(state.display) - len(state.path.name)] + path.name
    return replace(state, path=path, display=shown)


class Database:
    """The queue of one instance and environment. Opens nothing before it is asked to.

    Every method raises ``StateError`` where the database fails.
    """

    def __init__(self, url: StateUrl, instance: str, environment: str | None) -> None:
        self.url = url
        self.key = {"instance": instance, "environment": environment or ""}

    @property
    def queue(self) -> str:
        """The engine's name for this queue."""
        return f"mail:{self.key['instance']}:{self.key['environment']}"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the queue is a file of this machine."""
        return self.url.path is not None

    @cached_property
    def engine(self) -> Engine:
        """The connections, made at the first use."""
        made = _connections(self.url)
        weakref.finalize(self, made.dispose)
        return made

    @property
    def exists(self) -> bool:
        """Tell whether there is a queue; never creates one."""
        if self.url.path is not None and not self.url.path.exists():
            return False
        with errors(self.url), self.engine.connect() as connection:
            return inspect(connection).has_table(SCHEMA.name)

    def ensure(self) -> None:
        """Make our tables, where there are none."""
        make_folder(self.url)
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY})
            if not inspect(connection).has_table(SCHEMA.name):
                METADATA.create_all(connection)
                connection.execute(SCHEMA.insert().values(version=VERSION))
                return
            found = connection.execute(SCHEMA.select()).scalar_one_or_none()
        if found != VERSION:
            message = f"{self.url.display} holds a queue of version {found}, this mailspec knows {VERSION}"
            raise StateError("queue-version", message, "use the mailspec that wrote it, or update this one")

    def of(self, table: Table) -> list[ColumnElement[bool]]:
        """Return the condition that selects our rows."""
        return [table.c[name] == value for name, value in self.key.items()]

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give one transaction that is committed at the end, all or nothing."""
        with errors(self.url), self.engine.connect() as connection, connection.begin():
            if self.is_sqlite:
                # Before the first SELECT: what is read must still hold when it is written.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading."""
        with errors(self.url), self.engine.connect() as connection:
            yield connection

    def now(self, connection: Connection) -> float:
        """Return seconds since 1970 by the shared database's clock; the machines' own may differ."""
        if self.is_sqlite:
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def serialise(self, connection: Connection, what: str) -> None:
        """Let one transaction at a time do ``what`` in this queue, to its end. SQLite has one writer anyway."""
        if not self.is_sqlite:
            name = f"{self.queue}:{what}"
            connection.execute(text("SELECT pg_advisory_xact_lock(7002, hashtext(:name))"), {"name": name})


def _connections(url: StateUrl) -> Engine:
    arguments: dict[str, Any] = {"timeout": BUSY} if url.path else {"connect_timeout": BUSY}
    address: str | URL = url.url.reveal() if url.path is None else URL.create("sqlite", database=str(url.path))
    try:
        made = create_engine(
            address,
            pool_size=_CONNECTIONS,
            max_overflow=_CONNECTIONS,
            pool_pre_ping=url.path is None,
            connect_args=arguments,
            hide_parameters=True,
        )
    except (NoSuchModuleError, ImportError):
        help = "pip install 'mailspec[postgres]'"
        raise StateError("state-driver", f"{url.display} needs a driver that is not installed", help) from None
    except (ArgumentError, ValueError):
        raise StateError("state-url", f"{url.origin}: the state's URL cannot be understood") from None
    if url.path is None:
        give_up_on_silence(made)
    else:
        event.listen(made, "connect", _sqlite_connected)
    return made


def _sqlite_connected(connection: Any, record: object) -> None:  # noqa: ARG001
    # As the engine's own connections are: writers queue up, and none gives up after a few seconds.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA journal_mode=WAL")
    # Each commit reaches the disk, so that what was accepted survives a power failure.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # The text of a message that was sent or purged is overwritten in the file; not every SQLite does that by itself.
    connection.execute("PRAGMA secure_delete=ON")
