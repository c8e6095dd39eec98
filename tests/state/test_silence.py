"""A real PostgreSQL behind a stand-in for a network that swallows everything: it takes bytes and passes none on.

TCP still answers, so that neither keepalives nor time limits of the system notice anything.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select, text

from mailspec.delivery import database as queue
from mailspec.delivery.database import Database, queue_url
from mailspec.outcome.refusal import Refusal
from mailspec.state import engine, lease
from mailspec.state.errors import StateError
from mailspec.state.lease import acquire, info
from mailspec.state.store import open_state, snapshot
from mailspec.state.tables import LOCK
from mailspec.state.url import StateUrl, parse_url

pytestmark = pytest.mark.service("postgres")


class Swallowing:
    """A stand-in for what stands between; ``silent`` makes it swallow what comes from then on."""

    def __init__(self, port: int) -> None:
        self.silent = threading.Event()
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._open += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                if not self.silent.is_set():
                    other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        for entry in (self._listening, *self._open):
            entry.close()


@pytest.fixture
def between(postgres: Any) -> Iterator[Swallowing]:
    made = Swallowing(postgres.port)
    yield made
    made.close()


@pytest.fixture
def url(postgres: Any, between: Swallowing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateUrl:
    monkeypatch.setattr(engine, "SILENCE", 0.5)
    monkeypatch.setattr(engine, "BUSY", 2)
    monkeypatch.setattr(queue, "BUSY", 2)
    found = parse_url(postgres.new_state().replace(f":{postgres.port}/", f":{between.port}/"), tmp_path)
    assert not isinstance(found, Refusal)
    return found


def refused_in_time(run: Callable[[], object]) -> str:
    began = monotonic()
    with pytest.raises(StateError) as raised:
        run()
    assert monotonic() - began < 8
    return raised.value.refusal.message


@pytest.mark.parametrize("what", ["reading", "locking", "committing"])
def test_a_server_that_goes_silent_is_given_up(url: StateUrl, between: Swallowing, what: str) -> None:
    session = open_state(url, "acme", None)
    acquire(session).release()
    assert snapshot(session).targets == {}

    def commits() -> None:
        with session.write() as connection:
            connection.execute(text("SELECT 1"))
            between.silent.set()

    if what != "committing":
        between.silent.set()
    runs: dict[str, Callable[[], object]] = {
        "reading": lambda: snapshot(session),
        "locking": lambda: acquire(session),
        "committing": commits,
    }
    message = refused_in_time(runs[what])
    assert "the server has not answered for 0.5 seconds" in message
    assert "state-canary" not in message


def test_a_server_that_is_silent_from_the_start_is_given_up(url: StateUrl, between: Swallowing) -> None:
    between.silent.set()
    assert "cannot be used" in refused_in_time(lambda: acquire(open_state(url, "acme", None)))


def test_a_queue_s_server_that_goes_silent_is_given_up(url: StateUrl, between: Swallowing) -> None:
    database = Database(queue_url(url), "acme", None)
    database.ensure()
    between.silent.set()
    assert "cannot be used" in refused_in_time(database.ensure)


def test_a_server_that_takes_its_time_is_waited_for(
    postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SILENCE", 5.0)
    found = parse_url(postgres.new_state(), tmp_path)
    assert not isinstance(found, Refusal)
    with open_state(found, "acme", None).write() as connection:
        connection.execute(text("SELECT pg_sleep(0.4)"))


def test_for_whom_a_lock_is_waited_is_reported(postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY", 1)
    monkeypatch.setattr(lease, "_TELL", 0.3)
    found = parse_url(postgres.new_state(), tmp_path)
    assert not isinstance(found, Refusal)
    holder, other = open_state(found, "acme", None), open_state(found, "acme", None)
    lines: list[str] = []
    with acquire(holder), pytest.raises(StateError):
        acquire(other, 0.8, lines.append)
    assert len(lines) >= 2
    assert lines[0].startswith("waiting since 0 s, for at most 1 s: ")
    assert "is locked by" in lines[0]
    # A session of another program keeps the row: it is waited for as well, and the lock is had when it ends.
    keeping = holder.engine.connect()
    keeping.execute(select(LOCK).with_for_update()).all()
    lines.clear()

    def ends(words: str) -> None:
        lines.append(words)
        keeping.rollback()
        keeping.close()

    acquire(other, 5.0, ends).release()
    assert "another session holds the lock's row" in lines[0]
    assert info(other) is None
