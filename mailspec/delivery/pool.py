"""A worker's connections to mail servers: a few at a time, kept open between messages."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from mailspec.mail.account import Account
from mailspec.mail.transmit import Connection

# Servers drop silent clients after some minutes (RFC 5321 section 4.5.3.2.7 asks for five).
_IDLE = 20.0


class StoppedError(Exception):
    """The worker is stopping: what has not begun is left to another one."""


class Pool:
    """At most ``size`` messages, each on a connection of its own, at a time."""

    def __init__(self, size: int, connect: Callable[[Account], Connection] = Connection) -> None:
        self._free = size
        self._connect = connect
        self._idle: dict[str, deque[tuple[Connection, float]]] = defaultdict(deque)
        self._changed = threading.Condition()
        self._stopping = False
        self.busy = 0

    @contextmanager
    def permit(self) -> Iterator[None]:
        """Wait until fewer than ``size`` messages are under way, and be one of them. Raises ``StoppedError``."""
        with self._changed:
            while not self._free and not self._stopping:
                self._changed.wait()
            if self._stopping:
                raise StoppedError
            self._free -= 1
            self.busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self.busy -= 1
                # All, because whoever stops the pool waits as well.
                self._changed.notify_all()

    @contextmanager
    def connection(self, account: Account) -> Iterator[Connection]:
        """Give a connection of an account to use alone; only with a permit."""
        connection = self._take(account)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        finally:
            self._put(account, connection)

    def tidy(self) -> None:
        """Close what nobody has used for a while."""
        old: list[Connection] = []
        with self._changed:
            until = monotonic() - _IDLE
            for idle in self._idle.values():
                while idle and idle[0][1] < until:
                    old.append(idle.popleft()[0])
        for connection in old:
            connection.close()

    def stop(self, seconds: float) -> bool:
        """Give no more connections, and wait for those in use; return whether all came back in time."""
        until = monotonic() + seconds
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            while self.busy and monotonic() < until:
                self._changed.wait(until - monotonic())
            idle = [connection for pairs in self._idle.values() for connection, _ in pairs]
            self._idle.clear()
        for connection in idle:
            connection.close()
        return not self.busy

    def _take(self, account: Account) -> Connection:
        stale: Connection | None = None
        with self._changed:
            idle = self._idle[_name(account)]
            if idle:
                connection, _ = idle.pop()
                if connection.account == account:
                    return connection
                # The settings have changed since.
                stale = connection
        if stale is not None:
            stale.close()
        return self._connect(account)

    def _put(self, account: Account, connection: Connection) -> None:
        with self._changed:
            keep = connection.is_open and not self._stopping
            if keep:
                self._idle[_name(account)].append((connection, monotonic()))
        if not keep:
            connection.close()


def _name(account: Account) -> str:
    return f"{account.kind}:{account.name}"
