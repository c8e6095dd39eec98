"""Connections to both databases, and their errors in words."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from mailspec.secrets.mask import Masker
from mailspec.state.errors import StateError, damaged
from mailspec.state.faults import database_fault, file_fault, is_there
from mailspec.state.url import StateUrl

_STATEMENT = 60  # seconds that PostgreSQL may take for one statement
# Seconds after which a server that says nothing is given up. It ends its own statements before.
SILENCE = _STATEMENT + 15.0
# libpq's words (PostgreSQL's manual, "Parameter Key Words"): the system notices within a minute that a peer is gone.
_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 50_000}
BUSY = 10  # seconds to wait for another process's SQLite transaction, or for a connection


def connect(url: StateUrl) -> Engine:
    """Return an engine; nothing is opened yet. Raises ``StateError`` where the driver is missing."""
    arguments: dict[str, Any] = {"timeout": BUSY} if url.path else {"connect_timeout": BUSY}
    # A path in a URL would end at a "?".
    address: str | URL = url.url.reveal() if url.path is None else URL.create("sqlite", database=str(url.path))
    try:
        # A file is opened in no time; a connection with a sign-in is worth keeping.
        pool = NullPool if url.path else QueuePool
        engine = create_engine(address, poolclass=pool, connect_args=arguments, hide_parameters=True)
    except (NoSuchModuleError, ImportError):
        help = "pip install 'mailspec[postgres]'"
        raise StateError("state-driver", f"{url.display} needs a driver that is not installed", help) from None
    except (ArgumentError, ValueError):
        # What it is made of is not known, so that any part of it may be a password.
        raise StateError("state-url", f"{url.origin}: the state's URL cannot be understood") from None
    if url.path is not None:
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        give_up_on_silence(engine)
        event.listen(engine, "connect", _postgres_connected)
    return engine


def give_up_on_silence(engine: Engine) -> None:
    """Have an engine's connections to PostgreSQL end where the server, or what stands before it, says nothing more.

    What it was asked for may have been done: who needs to know asks again by another connection.
    """

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: list[Any], words: dict[str, Any]) -> Any:
        return _heard_connection().connect(*arguments, **{**_ALIVE, **words})


@cache
def _heard_connection() -> Any:
    import psycopg

    class SilentError(psycopg.OperationalError):
        """The server has said nothing for too long."""

    def heard(steps: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
        """Go through the steps of a request; psycopg asks again and again while nothing comes."""
        deadline = monotonic() + seconds
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if not ready and monotonic() > deadline:
                    raise SilentError(f"the server has not answered for {seconds:g} seconds")
                wanted = steps.send(ready)
        except StopIteration as ended:
            return ended.value

    class Heard(psycopg.Connection[Any]):
        """A connection that waits only for so long."""

        def wait(self, gen: Any, *more: Any, **options: Any) -> Any:
            try:
                return super().wait(heard(gen, SILENCE), *more, **options)
            except SilentError:
                # Nothing more can be asked by it, not even to roll back.
                self.pgconn.finish()
                raise

    return Heard


def _sqlite_connected(connection: Any, record: object) -> None:  # noqa: ARG001
    # Python's own transaction handling would commit before some statements; we say BEGIN ourselves.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA foreign_keys=ON")
    # What a migration takes out of the history is overwritten in the file; not every SQLite does that by itself.
    connection.execute("PRAGMA secure_delete=ON")


def _postgres_connected(connection: Any, record: object) -> None:  # noqa: ARG001
    # Another session may hold a row or a table for hours, and nobody would be told what is waited for.
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY}s'")
        cursor.execute(f"SET statement_timeout = '{_STATEMENT}s'")
    connection.commit()


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("mailspec_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def make_folder(url: StateUrl) -> None:
    """Make SQLite's folder and file, readable by nobody else. Raises ``StateError``."""
    if url.path is None:
        return
    is_there(url)
    try:
        url.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(url.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise file_fault(url, error.strerror or "error") from None


@contextmanager
def errors(url: StateUrl) -> Iterator[None]:
    """Turn what the database or its driver says into a ``StateError`` without secrets and without SQL."""
    try:
        yield
    except DBAPIError as error:
        words = " ".join(str(error.orig).split())
        words = Masker(url.secrets).mask(words)[:300]
        raise database_fault(url, words, getattr(error.orig, "sqlstate", None)) from None
    except UnicodeDecodeError:
        # SQLite's driver cannot read even the names of the tables.
        raise damaged(url.display, "a text in it is none") from None
    except SQLAlchemyError as error:
        raise StateError("state-unusable", f"{url.display} cannot be used ({type(error).__name__})") from None
