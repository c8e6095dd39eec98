"""A queue on either database, with real processes and a real mail server."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.letters import NewLetter, settled
from mailspec.delivery.tables import MAIL
from mailspec.outcome.delivery import Trouble
from tools.queue.sink import RunningSink, sink
from tools.queue.world import World

_NUMBERS = count()


@pytest.fixture
def run_sink(tmp_path: Path) -> Iterator[Callable[..., RunningSink]]:
    """``run_sink(name="sink", **options)``: a running mail server (:mod:`tools.queue.sink`)."""
    with ExitStack() as stack:
        yield lambda name="sink", **options: stack.enter_context(sink(tmp_path, name, **options))


@pytest.fixture(scope="session")
def empty_queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A queue's SQLite file with nothing in it: to make the tables takes seconds, a copy does not."""
    folder = tmp_path_factory.mktemp("queue")
    World(f"sqlite:///{folder}/state.sqlite", folder).store.prepare()
    path = folder / "state-queue.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_world(tmp_path: Path, empty_queue: Path) -> Iterator[World]:
    shutil.copy(empty_queue, tmp_path)
    made = World(f"sqlite:///{tmp_path}/state.sqlite", tmp_path)
    yield made
    made.close()


PROJECT = """\
version: 1
instance: {name: Acme}
configurations:
  - {name: Primary, host: 127.0.0.1, port: 2525, security: none, from: noreply@acme.example, state: active}
"""


@pytest.fixture
def queued(tmp_path: Path, empty_queue: Path) -> World:
    """A project's folder and its queue, without processes: ``queued.folder`` holds mailspec.yml."""
    (tmp_path / "mailspec.yml").write_text(PROJECT)
    (tmp_path / ".mailspec").mkdir(mode=0o700)
    shutil.copy(empty_queue, tmp_path / ".mailspec")
    return World(f"sqlite:///{tmp_path}/.mailspec/state.sqlite", tmp_path)


def end(world: World, new: NewLetter, trouble: Trouble | None = None, ago: float = 0.0) -> NewLetter:
    """Accept a message and settle it at once: sent, or dead for the trouble given. ``ago``: so many seconds before."""
    store = world.store
    store.accept([new])
    letter = store.begin(new.id, 0)
    assert letter is not None
    recipients = settled(letter.recipients, dict.fromkeys(letter.open_recipients, trouble))
    state = "sent" if trouble is None else "dead"
    store.settle(letter, recipients=recipients, state=state, attempts=1, trouble=trouble, via="configuration:Primary")
    if ago:
        with store.database.write() as connection:
            row = MAIL.update().where(MAIL.c.id == new.id)
            at = letter.created - ago
            connection.execute(row.values(created=at - 2.0, changed=at, sent=at if trouble is None else None))
    return new


@pytest.fixture
def ended(queued: World) -> Callable[..., NewLetter]:
    """``ended(new_letter(1), trouble=None, ago=0)``: that message in the project's queue, and over."""
    return partial(end, queued)


@pytest.fixture(scope="session")
def empty_database(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database that holds a queue with nothing in it."""
    postgres.psql("CREATE DATABASE queue_empty")
    World(_address(postgres, "queue_empty"), tmp_path_factory.mktemp("queue")).store.prepare()
    return "queue_empty"


@pytest.fixture
def postgres_world(tmp_path: Path, postgres: Any, empty_database: str) -> Iterator[World]:
    name = f"queue{next(_NUMBERS)}"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE {empty_database}")
    made = World(_address(postgres, name), tmp_path)
    yield made
    made.close()


def _address(postgres: Any, name: str) -> str:
    return f"{postgres.new_state().partition('/postgres?')[0]}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service("postgres"))])
def world(request: pytest.FixtureRequest) -> World:
    """A queue, once on SQLite and once on PostgreSQL."""
    made: World = request.getfixturevalue(f"{request.param}_world")
    return made
