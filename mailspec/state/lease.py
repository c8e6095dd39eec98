"""The lock on the state.

SQLite: the kernel's lock on the file, gone when its holder dies. PostgreSQL: a lease in a row, kept up by a
thread, that
ends by itself. Both count a number up with each holder; whoever commits must still have the latest (a
fencing token),
so that one who was paused or cut off cannot write over a later one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailspec.files import flock
from mailspec.state.decode import Reader
from mailspec.state.engine import make_folder
from mailspec.state.errors import StateError
from mailspec.state.faults import file_fault
from mailspec.state.holder import Holder, is_dead, is_here, myself
from mailspec.state.records import LockInfo
from mailspec.state.schema import ensure
from mailspec.state.session import Session
from mailspec.state.tables import LOCK

SECONDS = 60.0  # how long a lease on a shared state lasts without a sign of life
RENEWAL = 15.0  # seconds between two signs of life
_POLL = 0.2  # seconds between two tries while waiting
_TELL = 30.0  # seconds between two words about a wait
# By another mailspec, or by a session that keeps PostgreSQL's row.
_PASSING = ("locked", "state-busy")


class Lease:
    """A lock that is held. Use as a context manager; ``lost`` tells that another one holds it by now."""

    def __init__(self, session: Session, token: int, handle: int | None) -> None:
        self.token = token
        self.lost = False
        self._session = session
        self._handle = handle
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        if handle is None:
            self._thread = threading.Thread(target=self._renew, name="mailspec-lease", daemon=True)
            self._thread.start()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Give the lock back. What cannot be given back ends by itself, so nothing is raised."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(StateError), self._session.write() as connection:
            connection.execute(update(LOCK).where(*self._session.of(LOCK), LOCK.c.token == self.token).values(_FREE))
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _renew(self) -> None:
        while not self._stop.wait(RENEWAL):
            with suppress(StateError), self._session.write() as connection:
                done = connection.execute(
                    update(LOCK)
                    .where(*self._session.of(LOCK), LOCK.c.token == self.token, LOCK.c.holder.is_not(None))
                    .values(expires=self._session.now(connection) + SECONDS)
                )
                self.lost = done.rowcount == 0


_FREE: dict[str, Any] = dict.fromkeys(("holder", "host", "pid", "machine", "since", "expires"))


def acquire(session: Session, wait: float = 0.0, tell: Callable[[str], None] = lambda _words: None) -> Lease:
    """Take the lock, waiting for at most ``wait`` seconds. Raises ``StateError`` naming the holder.

    ``tell`` hears for whom it waits, and again every half minute.
    """
    begun = time.monotonic()
    last_tell = begun - _TELL
    while True:
        try:
            return _acquire(session)
        except StateError as error:
            now = time.monotonic()
            if error.refusal.rule not in _PASSING or now >= begun + wait:
                raise
            if now - last_tell >= _TELL:
                last_tell = now
                tell(f"waiting since {now - begun:.0f} s, for at most {wait:.0f} s: {error.refusal.message}")
        time.sleep(_POLL)


def _acquire(session: Session) -> Lease:
    make_folder(session.url)
    handle = _flock(session)
    try:
        with session.write() as connection:
            ensure(connection, session.url.display)
            token = _take(session, connection, handle is not None)
    except BaseException:
        if handle is not None:
            os.close(handle)
        raise
    return Lease(session, token, handle)


def _flock(session: Session) -> int | None:
    """Lock SQLite's file for this process.

    Its database locks are of another kind and stay free for readers.
    """
    if session.url.path is None:
        return None
    try:
        handle = os.open(session.url.path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise file_fault(session.url, error.strerror or "error") from None
    try:
        flock.lock(handle)
    except OSError as error:
        os.close(handle)
        if error.errno not in flock.BUSY_LOCK:
            raise StateError(
                "no-locks",
                f"{session.url.display} cannot be locked: {error.strerror or 'error'}",
                "its file system has no locks: put the state on another disk, or use PostgreSQL",
            ) from None
        lock = info(session)
        raise _locked(session, lock) from None
    return handle


def _take(session: Session, connection: Connection, alone: bool) -> int:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(LOCK).values(**session.key, token=0).on_conflict_do_nothing())
    row = connection.execute(select(LOCK).where(*session.of(LOCK)).with_for_update()).one()
    now = session.now(connection)
    read = Reader(session.url.display, LOCK.name, row)
    entry = _info(read)
    # Who holds the file's kernel lock is alone, whatever the row of a dead one says.
    if entry is not None and not alone and not entry.dead and (entry.expires is None or entry.expires > now):
        raise _locked(session, entry)
    me = myself(session.machine)
    token = read.integer("token") + 1
    values = {"holder": me.name, "host": me.host, "pid": me.pid, "machine": me.machine, "since": now}
    expires = None if alone else now + SECONDS
    connection.execute(update(LOCK).where(*session.of(LOCK)).values(**values, token=token, expires=expires))
    return token


def info(session: Session) -> LockInfo | None:
    """Return who holds the lock; ``None`` where nobody does."""
    with session.read() as connection:
        if connection is None:
            return None
        row = connection.execute(select(LOCK).where(*session.of(LOCK))).one_or_none()
        return None if row is None else _info(Reader(session.url.display, LOCK.name, row))


def _info(read: Reader) -> LockInfo | None:
    if read.optional("holder") is None:
        return None
    holder = Holder(read.text("holder"), read.text("host"), read.integer("pid"), read.text("machine"))
    expires = None if read.row.expires is None else read.time("expires")
    dead = is_dead(holder)
    return LockInfo(
        holder.name, holder.host, holder.pid, read.time("since"), expires, dead, not dead and is_here(holder)
    )


def _locked(session: Session, lock: LockInfo | None) -> StateError:
    who = "another mailspec" if lock is None else f"{lock.holder} (process {lock.pid} on {lock.host})"
    until = ""
    if lock is not None and lock.expires is not None:
        until = f"; without a sign of life it ends within {SECONDS:.0f} seconds"
    return StateError(
        "locked",
        f"{session.url.display} is locked by {who}{until}",
        "wait for it to end; if it is certain that it is gone, run 'mailspec unlock'",
    )


def left_by_the_dead(session: Session) -> bool:
    """Return whether a killed process left its lock or a database's journal: the next holder clears both."""
    lock = info(session)
    path = session.url.path
    return (lock is not None and lock.dead) or (path is not None and path.with_name(f"{path.name}-journal").exists())


def break_lock(session: Session) -> LockInfo | None:
    """Take the lock away from whoever holds it: its commit will be refused. Returns who held it.

    Raises ``StateError`` where the holder still runs on this machine. SQLite's lock dies with its holder.
    """
    lock = info(session)
    if session.url.path is not None:
        if session.url.path.exists():
            acquire(session).release()
        return None if lock is None or not lock.dead else lock
    if lock is None:
        return None
    if lock.here:
        message = f"process {lock.pid} of {lock.holder} holds the lock on {session.url.display} and still runs here"
        raise StateError("locked", message, f"wait for it, or stop it first: kill {lock.pid}")
    with session.write() as connection:
        # The number goes up: a holder that still lives fails at its commit.
        connection.execute(update(LOCK).where(*session.of(LOCK)).values({**_FREE, "token": LOCK.c.token + 1}))
    return lock
