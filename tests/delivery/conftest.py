"""A queue on either database, with real processes and a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tools.queue.sink import RunningSink, sink
from tools.queue.world import World

_NUMBERS = count()


@pytest.fixture
def run_sink(tmp_path: Path) -> Iterator[Callable[..., RunningSink]]:
    """``run_sink(name="sink", **options)``: a running mail server (:mod:`tools.queue.sink`)."""
    with ExitStack() as stack:
        yield lambda name="sink", **options: stack.enter_context(sink(tmp_path, name, **options))


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path}/state.sqlite", tmp_path)
    made.store.prepare()
    yield made
    made.close()


@pytest.fixture
def postgres_world(tmp_path: Path, postgres: Any) -> Iterator[World]:
    name = f"queue{next(_NUMBERS)}"
    postgres.psql(f"CREATE DATABASE {name}")
    made = World(f"{postgres.new_state().partition('/postgres?')[0]}/{name}", tmp_path)
    made.store.prepare()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service("postgres"))])
def world(request: pytest.FixtureRequest) -> World:
    """A queue, once on SQLite and once on PostgreSQL."""
    made: World = request.getfixturevalue(f"{request.param}_world")
    return made
