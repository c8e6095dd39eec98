"""One state of one instance and environment: how its transactions begin and end."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Engine, Table, text

from mailspec.state.engine import connect, errors
from mailspec.state.faults import is_there
from mailspec.state.schema import version
from mailspec.state.url import StateUrl


class Session:
    """Opens nothing before it is asked to. Every method raises ``StateError`` where the database fails."""

    def __init__(self, url: StateUrl, instance: str, environment: str | None, machine: str | None = None) -> None:
        self.url = url
        # By this name the host of an unfinished apply is known again: a container has a new host name each time.
        self.machine = machine
        self.key = {"instance": instance, "environment": environment or ""}
        self._known = False

    @cached_property
    def engine(self) -> Engine:
        """Return the engine, made at the first use."""
        made = connect(self.url)
        # Connections that are kept are closed with the session, or at the latest with the process.
        weakref.finalize(self, made.dispose)
        return made

    def of(self, table: Table) -> list[ColumnElement[bool]]:
        """Return the condition that selects our rows."""
        return [table.c[name] == value for name, value in self.key.items()]

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give one transaction that is committed at the end, all or nothing."""
        with errors(self.url), self.engine.execution_options(mailspec_write=True).begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection | None]:
        """Give a connection for reading; ``None`` where there is no state yet. Never creates anything."""
        if not self._is_there():
            yield None
            return
        with errors(self.url), self.engine.connect() as connection:
            self._known = self._known or version(connection, self.url.display) > 0
            yield connection if self._known else None

    def _is_there(self) -> bool:
        return self.url.path is None or is_there(self.url)

    def now(self, connection: Connection) -> float:
        """Return seconds since 1970 by the shared database's clock; the machines' own may differ."""
        if connection.dialect.name == "sqlite":
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
