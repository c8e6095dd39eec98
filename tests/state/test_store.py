"""What is applied, on both databases."""

from __future__ import annotations

import pytest

from mailspec.state.commit import Record, commit, committed
from mailspec.state.errors import StateError
from mailspec.state.lease import acquire
from mailspec.state.records import Snapshot
from mailspec.state.store import entry, history, plan_was_applied, snapshot


def test_reading_an_empty_state_creates_nothing(session) -> None:
    assert snapshot(session) == Snapshot()
    assert history(session) == []
    assert entry(session, 1) is None
    assert not plan_was_applied(session, "x")
    assert session.url.path is None or not session.url.path.parent.exists()


def test_a_commit_is_read_back(session, put) -> None:
    with acquire(session) as lease:
        number = put(session, lease)
    held = snapshot(session)
    assert len(held.lineage) == 36
    assert held.serial == 1
    assert held.objects["configuration:A"].fields == {"port": 587, "auth.password": {"env": "P"}}
    assert held.objects["configuration:A"].active
    assert held.targets["app"]["path"] == "p"
    assert committed(session, "apply-1") == number
    assert committed(session, "another") is None
    assert plan_was_applied(session, "digest of apply-1")


def test_the_lineage_stays_and_the_serial_counts(session, put) -> None:
    with acquire(session) as lease:
        put(session, lease)
        first = snapshot(session)
        put(session, lease, 465, "apply-2")
    second = snapshot(session)
    assert (second.lineage, second.serial) == (first.lineage, 2)
    assert [(item.id, item.apply, item.serial) for item in history(session)] == [(2, "apply-2", 2), (1, "apply-1", 1)]
    assert entry(session, 1).objects["configuration:A"].fields["port"] == 587


def test_a_state_that_moved_on_is_not_overwritten(session, open_session, put) -> None:
    with acquire(session) as lease:
        before = snapshot(session)
        put(session, lease)
        with pytest.raises(StateError) as caught:
            commit(session, lease, before, {}, {}, Record("late", "digest", None, (), (), "applied"))
    assert caught.value.refusal.rule == "state-moved"
    assert list(snapshot(session).objects) == ["configuration:A"]
    assert len(history(session)) == 1


def test_instances_and_environments_do_not_see_each_other(open_session, put) -> None:
    base, staging, other = open_session(), open_session(environment="staging"), open_session(instance="other")
    with acquire(base) as lease:
        put(base, lease)
    assert snapshot(staging) == snapshot(other) == Snapshot()
    with acquire(staging) as lease:
        put(staging, lease, 25, "apply-2")
    assert snapshot(base).objects["configuration:A"].fields["port"] == 587
    assert snapshot(base).lineage != snapshot(staging).lineage
    assert history(other) == []
