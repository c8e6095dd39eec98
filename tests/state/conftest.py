"""A state on either database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailspec.outcome.refusal import Refusal
from mailspec.plan.live import LiveObject
from mailspec.state.commit import Record, commit
from mailspec.state.lease import Lease
from mailspec.state.session import Session
from mailspec.state.store import open_state, snapshot
from mailspec.state.url import parse_url


@pytest.fixture
def open_session(tmp_path: Path, state_url: str | None) -> Callable[..., Session]:
    """``open_session(instance="acme", environment=None)``: a session as one more process would have it."""

    def make(instance: str = "acme", environment: str | None = None) -> Session:
        url = parse_url(state_url, tmp_path)
        assert not isinstance(url, Refusal)
        return open_state(url, instance, environment)

    return make


@pytest.fixture
def session(open_session: Callable[..., Session]) -> Session:
    return open_session()


@pytest.fixture
def put() -> Callable[..., int]:
    """``put(session, lease, port)``: commit one object, as an apply does."""

    def make(session: Session, lease: Lease, port: int = 587, apply: str = "apply-1") -> int:
        held = LiveObject("configuration:A", {"port": port, "auth.password": {"env": "P"}}, True, frozenset({"x"}))
        target = {"type": "env_file", "path": "p", "keys": {}, "options": {}, "source": None}
        record = Record(apply, f"digest of {apply}", None, (), (), "applied")
        return commit(session, lease, snapshot(session), {held.name: held}, {"app": target}, record)

    return make
