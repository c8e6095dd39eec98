"""What was done to a state and its locks, and got through: attacks 15, 17, 18 and 19."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailspec.files import flock
from mailspec.outcome.refusal import Refusal
from mailspec.plan.after import target_of
from mailspec.state import commit, engine
from mailspec.state.commit import Record, note_failure
from mailspec.state.errors import StateError
from mailspec.state.lease import acquire
from mailspec.state.session import Session
from mailspec.state.store import former_applies, history, open_state, snapshot
from mailspec.state.tables import HISTORY, LOCK
from mailspec.state.url import parse_url


def test_sixty_failures_hide_no_apply_that_holds(session: Session, put: Callable[..., int]) -> None:
    with acquire(session) as lease:
        first = put(session, lease, 587, "one")
        second = put(session, lease, 465, "two")
        for number in range(60):
            failed = Record(f"failed-{number}", "digest", None, (), (), "failed")
            note_failure(session, failed, replace(snapshot(session)))
    assert [entry.id for entry in history(session, applied=True)] == [second, first]


@pytest.fixture
def file_session(tmp_path: Path, put: Callable[..., int]) -> Session:
    url = parse_url(None, tmp_path)
    assert not isinstance(url, Refusal)
    made = open_state(url, "acme", None)
    with acquire(made) as lease:
        put(made, lease)
    return made


def test_a_damaged_byte_in_the_schema_is_a_refusal(file_session: Session, tmp_path: Path) -> None:
    path = tmp_path / ".mailspec/state.sqlite"
    whole = path.read_bytes()
    at = whole.index(b"mailspec_object")
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    for part in (snapshot, history, acquire):
        with pytest.raises(StateError) as raised:
            part(file_session)
        assert raised.value.refusal.exit == 5
    assert path.read_bytes()[at] == 0xFF


def test_a_record_without_a_source_is_read(file_session: Session, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / ".mailspec/state.sqlite") as database:
        database.execute("""update mailspec_target set record = json_remove(record, '$.source')""")
    (record,) = snapshot(file_session).targets.values()
    assert target_of("app", record).source is None


def test_a_row_that_another_session_keeps_is_reported_in_time(
    session: Session, open_session: Callable[..., Session], put: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if session.url.path is not None:
        pytest.skip("SQLite has no rows that could be kept")
    with acquire(session) as lease:
        put(session, lease)
    monkeypatch.setattr(engine, "BUSY", 1)
    with session.engine.begin() as keeping:
        keeping.execute(select(LOCK).with_for_update()).all()
        with pytest.raises(StateError) as raised:
            acquire(open_session())
    assert raised.value.refusal.rule == "state-busy"
    assert "pg_stat_activity" in raised.value.refusal.help


def test_a_file_system_without_locks_is_not_called_locked(
    file_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_descriptor: int, *, wait: bool = False) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(flock, "lock", fails)
    with pytest.raises(StateError) as raised:
        acquire(file_session)
    assert raised.value.refusal.rule == "no-locks"
    assert "another disk" in raised.value.refusal.help


def test_failures_keep_a_bounded_record(
    session: Session, put: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_FAILURES", 5)
    with acquire(session) as lease:
        first = put(session, lease, 587, "one")
        failed = [
            note_failure(session, Record(f"failed-{number}", "digest", None, (), (), "failed"), snapshot(session))
            for number in range(20)
        ]
    assert [entry.id for entry in history(session)] == [*reversed(failed[-5:]), first]


def test_a_table_that_another_session_keeps_is_reported_in_time(
    session: Session, open_session: Callable[..., Session], put: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if session.url.path is not None:
        pytest.skip("SQLite has no locks of tables")
    with acquire(session) as lease:
        put(session, lease)
    monkeypatch.setattr(engine, "BUSY", 1)
    with session.engine.begin() as keeping:
        keeping.exec_driver_sql("LOCK TABLE mailspec_object IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StateError) as raised:
            snapshot(open_session())
    assert raised.value.refusal.rule == "state-busy"


@pytest.mark.parametrize(
    "sent",
    [
        "x",
        {"places": ["a"]},
        {"keys": {}},
        {"places": [1], "keys": {}},
        {"places": ["a"], "keys": {"k": [1]}},
        {"places": ["a"], "keys": {"k": [-1]}},
        {"places": ["a"], "keys": {"k": "0"}},
        {"places": ["a"], "keys": {"k": [True]}},
    ],
)
def test_where_secrets_went_is_read_as_it_was_written_or_not_at_all(sent: object, session, put) -> None:
    lease = acquire(session)
    put(session, lease)
    change = {"target": "state", "name": "configuration:A", "action": "create"}
    for word, fits in ((sent, False), ({"places": ["a", "b"], "keys": {"k": [1]}}, True)):
        with session.write() as connection:
            connection.execute(update(HISTORY).values(changes=json.dumps([{**change, "sent": word}])))
        if fits:
            assert [former.sent for former in former_applies(session)] == [{"k": ("b",)}]
            # It is nobody's change.
            assert history(session)[0].changes == [{**change, "fields": []}]
        else:
            with pytest.raises(StateError) as raised:
                list(former_applies(session))
            assert raised.value.refusal.rule == "state-damaged"
    lease.release()
