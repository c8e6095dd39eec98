"""The lock: refused by name, gone with its holder, fenced when it was taken away."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from sqlalchemy import update

from mailspec.state import lease as module
from mailspec.state.errors import StateError
from mailspec.state.lease import acquire, break_lock, info, left_by_the_dead
from mailspec.state.store import snapshot
from mailspec.state.tables import LOCK


def test_the_lock_is_given_back(session) -> None:
    assert info(session) is None
    with acquire(session) as held:
        assert info(session).pid
        first = held.token
    assert info(session) is None
    with acquire(session) as held:
        assert held.token == first + 1


def test_a_second_one_is_refused_by_name(session, open_session) -> None:
    with acquire(session), pytest.raises(StateError) as caught:
        acquire(open_session())
    assert caught.value.refusal.rule == "locked"
    assert "process" in caught.value.refusal.message


def test_a_second_one_may_wait(session, open_session) -> None:
    import threading

    held = acquire(session)
    threading.Timer(0.3, held.release).start()
    start = time.monotonic()
    acquire(open_session(), wait=10).release()
    assert 0.2 < time.monotonic() - start < 5


HOLDER = """
import sys
from pathlib import Path
from mailspec.state.lease import acquire
from mailspec.state.store import open_state
from mailspec.state.url import parse_url
held = acquire(open_state(parse_url(sys.argv[2] if len(sys.argv) > 2 else None, Path(sys.argv[1])), "acme", None))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_of_a_dead_process_is_taken_over(session, tmp_path, state_url) -> None:
    arguments = [str(tmp_path), *([state_url] if state_url else [])]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StateError):
            acquire(session)
        assert not left_by_the_dead(session)
        holder.kill()
        holder.wait()
    assert left_by_the_dead(session)
    with acquire(session):
        pass
    assert not left_by_the_dead(session)


@pytest.mark.service("postgres")
class TestLease:
    """What only a shared state has."""

    @pytest.fixture
    def state_url(self, postgres) -> str:
        return postgres.new_state()

    def test_a_lease_of_another_host_ends_by_itself(self, session, open_session) -> None:
        held = acquire(session)
        other_host(session)
        with pytest.raises(StateError) as caught:
            acquire(open_session())
        assert "on runner-7" in caught.value.refusal.message
        assert "60 seconds" in caught.value.refusal.message
        with session.write() as connection:
            connection.execute(update(LOCK).values(expires=session.now(connection) - 1))
        acquire(open_session()).release()
        held.release()

    def test_whoever_lost_the_lease_cannot_commit(self, session, open_session, put) -> None:
        held = acquire(session)
        with pytest.raises(StateError) as caught:
            break_lock(open_session())
        assert "kill" in caught.value.refusal.help
        other_host(session)
        assert break_lock(open_session()).pid
        second = acquire(open_session())
        with pytest.raises(StateError) as caught:
            put(session, held)
        assert caught.value.refusal.rule == "lock-lost"
        assert snapshot(session).serial == 0
        put(session, second)
        held.release()
        assert info(session) is not None, "the first one must not give back the second one's lock"
        second.release()

    def test_a_lease_is_kept_up_and_its_loss_is_noticed(self, session, open_session, monkeypatch) -> None:
        monkeypatch.setattr(module, "RENEWAL", 0.05)
        monkeypatch.setattr(module, "SECONDS", 0.5)
        held = acquire(session)
        time.sleep(0.8)
        assert not held.lost
        other_host(session)
        with pytest.raises(StateError):
            acquire(open_session())
        break_lock(open_session())
        time.sleep(0.3)
        assert held.lost
        held.release()


def other_host(session) -> None:
    with session.write() as connection:
        connection.execute(update(LOCK).values(host="runner-7", holder="ci@runner-7", machine="boot/pid 1"))


def test_sqlite_does_not_break_the_lock_of_the_living(session) -> None:
    if session.url.path is None:
        pytest.skip("a lease can be taken away")
    with acquire(session), pytest.raises(StateError) as caught:
        break_lock(session)
    assert caught.value.refusal.rule == "locked"
