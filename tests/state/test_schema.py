"""Databases that are damaged, foreign, newer or out of reach: a clear refusal, and no password in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update

from mailspec.state import schema
from mailspec.state.errors import StateError
from mailspec.state.lease import acquire
from mailspec.state.store import open_state, snapshot
from mailspec.state.tables import SCHEMA
from mailspec.state.url import parse_url

VERSION = schema.VERSION


def refusal(session, call=snapshot):
    with pytest.raises(StateError) as caught:
        call(session)
    assert caught.value.__cause__ is None
    return caught.value.refusal


@pytest.fixture
def local(tmp_path: Path):
    (tmp_path / ".mailspec").mkdir()
    return open_state(parse_url(None, tmp_path), "acme", None)


def test_a_newer_state_is_refused(session) -> None:
    acquire(session).release()
    with session.write() as connection:
        connection.execute(update(SCHEMA).values(version=99))
    session._known = False
    for call in (snapshot, acquire):
        assert refusal(session, call).rule == "state-newer"


def test_a_state_that_lacks_a_table_is_refused(session) -> None:
    acquire(session).release()
    with session.write() as connection:
        connection.exec_driver_sql("DROP TABLE mailspec_target")
    session._known = False
    assert refusal(session).rule == "state-damaged"


def test_an_older_state_is_migrated(session, monkeypatch) -> None:
    acquire(session).release()

    def add_column(connection) -> None:
        connection.exec_driver_sql("ALTER TABLE mailspec_target ADD COLUMN added TEXT")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_column))
    monkeypatch.setattr(schema, "VERSION", VERSION + 1)
    acquire(session).release()
    with session.read() as connection:
        assert connection.execute(SCHEMA.select()).scalar_one() == VERSION + 1
        connection.exec_driver_sql("SELECT added FROM mailspec_target")


def test_a_migration_that_fails_changes_nothing(session, monkeypatch) -> None:
    acquire(session).release()

    def broken(connection) -> None:
        connection.exec_driver_sql("ALTER TABLE mailspec_target ADD COLUMN added TEXT")
        connection.exec_driver_sql("ALTER TABLE nothing ADD COLUMN x TEXT")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        patch.setattr(schema, "VERSION", VERSION + 1)
        assert refusal(session, acquire).rule == "state-unusable"
    with session.read() as connection:
        assert connection.execute(SCHEMA.select()).scalar_one() == VERSION
    acquire(session).release()


@pytest.mark.parametrize(
    "raw", [b"this is no database at all, but a text of some length\n" * 50, b"SQLite format 3\0" + b"\xff" * 8000]
)
def test_a_damaged_file_is_refused_and_kept(local, raw: bytes) -> None:
    local.url.path.write_bytes(raw)
    for call in (snapshot, acquire):
        found = refusal(local, call)
        assert found.rule == "state-unusable"
        assert ".mailspec/state.sqlite" in found.message
    assert local.url.path.read_bytes() == raw


def test_another_programs_database_is_refused_and_kept(local) -> None:
    with sqlite3.connect(local.url.path) as other:
        other.execute("CREATE TABLE customers (name TEXT)")
    other.close()
    for call in (snapshot, acquire):
        found = refusal(local, call)
        assert (found.rule, "customers" in found.message) == ("state-foreign", True)


def test_an_empty_file_is_an_empty_state(local) -> None:
    local.url.path.touch()
    assert snapshot(local).serial == 0
    acquire(local).release()


def test_a_folder_in_the_files_place_is_refused(local) -> None:
    local.url.path.mkdir()
    assert refusal(local).rule == "state-unusable"
    assert refusal(local, acquire).rule == "state-unusable"


def test_the_file_and_its_folder_are_for_the_owner_only(tmp_path: Path) -> None:
    made = open_state(parse_url(None, tmp_path), "acme", None)
    acquire(made).release()
    assert made.url.path.stat().st_mode & 0o777 == 0o600
    assert made.url.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.service("postgres")
@pytest.mark.parametrize(
    ("user", "port", "database"),
    [("postgres:wrong-canary", 0, "postgres"), ("nobody:x-canary", 0, "x"), ("a:b-canary", 1, "x")],
)
def test_a_server_that_refuses_is_named_without_the_password(postgres, tmp_path, user, port, database) -> None:
    url = parse_url(f"postgresql://{user}@127.0.0.1:{port or postgres.port}/{database}", tmp_path)
    found = refusal(open_state(url, "acme", None))
    assert found.rule == "state-unusable"
    assert "127.0.0.1" in found.message
    assert "canary" not in found.message + found.help


@pytest.mark.service("postgres")
def test_other_tables_may_stand_beside_ours(postgres, tmp_path) -> None:
    text = postgres.new_state()
    postgres.psql(f"CREATE TABLE {text.rpartition('%3D')[2]}.customers (name text)")
    made = open_state(parse_url(text, tmp_path), "acme", None)
    acquire(made).release()
    assert snapshot(made).serial == 0


@pytest.mark.parametrize("name", ["a?b", "100%", "a#b", "a b", "é"])
def test_a_project_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    made = open_state(parse_url(None, tmp_path / name), "acme", None)
    acquire(made).release()
    assert (tmp_path / name / ".mailspec/state.sqlite").stat().st_size > 0
