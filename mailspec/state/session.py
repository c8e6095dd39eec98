"""One state of one instance and environment: how its transactions begin and end."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, select, text, update

from mailspec.state.engine import connect, errors
from mailspec.state.faults import is_there
from mailspec.state.schema import version
from mailspec.state.tables import HISTORY, INSTANCE, KEYED, LOCK, PENDING
from mailspec.state.url import StateUrl


class Session:
    """Opens nothing before it is asked to. Every method raises ``StateError`` where the database fails."""

    def __init__(
        self,
        url: StateUrl,
        instance: str,
        environment: str | None,
        machine: str | None = None,
        former: Sequence[str] = (),
        is_ours: Callable[[str | None], bool] = lambda _commit: True,
    ) -> None:
        """``former`` are the names that may have keyed this state before the instance had its id; ``is_ours`` says of
        the commit of the last apply under one of them whether that was this project's."""
        self.url = url
        self._id = instance
        self._former = tuple(name for name in former if name != instance)
        self._is_ours = is_ours
        # Under which name the state was found that now has the id, for whoever tells it.
        self.moved_from: str | None = None
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
            if self._former and version(connection, self.url.display) > 0:
                self._settle(connection, writes=True)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection | None]:
        """Give a connection for reading; ``None`` where there is no state yet. Never creates anything."""
        if not self._is_there():
            yield None
            return
        with errors(self.url), self.engine.connect() as connection:
            self._known = self._known or version(connection, self.url.display) > 0
            if self._known and self._former:
                self._settle(connection, writes=False)
            yield connection if self._known else None

    def _settle(self, connection: Connection, *, writes: bool) -> None:
        """Read the state where its instance's former name keyed it; the first write gives it the id."""
        self.key["instance"] = self._id
        if self._has_state(connection, self._id):
            self._former = ()
            return
        for name in self._former:
            if not self._has_state(connection, name) or not self._is_ours(self._last_commit(connection, name)):
                continue
            if writes:
                # A run that came to nothing may have left a lock's row.
                connection.execute(delete(LOCK).where(*self.of(LOCK)))
                for table in KEYED:
                    mine = (table.c.instance == name, table.c.environment == self.key["environment"])
                    connection.execute(update(table).where(*mine).values(instance=self._id))
                self._former, self.moved_from = (), name
            else:
                self.key["instance"] = name
            return

    def _has_state(self, connection: Connection, name: str) -> bool:
        return any(
            connection.execute(
                select(table.c.instance)
                .where(table.c.instance == name, table.c.environment == self.key["environment"])
                .limit(1)
            ).first()
            for table in (INSTANCE, PENDING)
        )

    def _last_commit(self, connection: Connection, name: str) -> str | None:
        mine = (HISTORY.c.instance == name, HISTORY.c.environment == self.key["environment"])
        newest = select(HISTORY.c.commit).where(*mine).order_by(HISTORY.c.id.desc()).limit(1)
        commit: str | None = connection.execute(newest).scalar()
        return commit

    def _is_there(self) -> bool:
        return self.url.path is None or is_there(self.url)

    def now(self, connection: Connection) -> float:
        """Return seconds since 1970 by the shared database's clock; the machines' own may differ."""
        if connection.dialect.name == "sqlite":
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
