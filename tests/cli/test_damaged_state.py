"""A state whose rows are not as mailspec wrote them: every command refuses in words, and none fails inside."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {id: acme-hub}
configurations:
  - {name: Spare, state: inactive, host: spare.acme.example, from: hub@acme.example}
targets:
  - {name: hub, type: env_file, path: hub.env, dialect: systemd}
"""
RECORD = '{"type":"env_file","path":"hub.env","keys":{},"options":{"dialect":"systemd"},"source":null}'
TRACE = '{"target":"hub","type":"env_file","apply":"a","state":"s","path":"%s"}'
PENDING = "insert into mailspec_pending select instance, environment, 'a', 'h', 'h', %s, '%s' from mailspec_instance"
ALL = ("plan", "status", "drift", "history", "unlock")
# The objects and targets that hold now; the history is read by status alone, and not by unlock, the way out.
APPLIED = ("plan", "status", "drift")
PAST = ("status", "history")
UNDER_WAY = ("status", "unlock")

DAMAGE = [
    ("update mailspec_object set fields='garbage'", APPLIED),
    ("update mailspec_object set fields='[]'", APPLIED),
    ("update mailspec_object set fields=replace(hex(zeroblob(50000)), '0', '[')", APPLIED),
    ("update mailspec_object set sensitive='{}'", APPLIED),
    ("update mailspec_object set sensitive='[1]'", APPLIED),
    ("update mailspec_object set active='zz'", APPLIED),
    ("update mailspec_object set active=7", APPLIED),
    ("update mailspec_object set name=x'ff'", APPLIED),
    ("update mailspec_object set name=cast(x'ff' as text)", APPLIED),
    ("update mailspec_target set record='{}'", APPLIED),
    ("update mailspec_target set record='[1]'", APPLIED),
    ("update mailspec_target set record=x'00'", APPLIED),
    (r"""update mailspec_target set record=replace(record, 'hub.env', 'a\u0000b')""", APPLIED),
    ("""update mailspec_target set record=replace(record, '"systemd"', '"systemd","mode":"99"')""", APPLIED),
    ("update mailspec_instance set serial='abc'", APPLIED),
    ("update mailspec_instance set serial=-1", APPLIED),
    ("update mailspec_instance set serial=9223372036854775807", APPLIED),
    ("update mailspec_instance set lineage=x'ff'", APPLIED),
    ("update mailspec_history set objects='x'", PAST),
    ("""update mailspec_history set objects='{"a":{}}'""", PAST),
    ("""update mailspec_history set targets='{"a":{}}'""", PAST),
    ("update mailspec_history set changes='{}'", PAST),
    ("update mailspec_history set changes='[{}]'", PAST),
    ("update mailspec_history set tests='7'", PAST),
    ("update mailspec_history set at='abc'", PAST),
    ("update mailspec_history set at=1e300", PAST),
    ("update mailspec_history set at=-1", PAST),
    ("update mailspec_history set at=9e999", PAST),
    ("update mailspec_history set status='zz'", PAST),
    ("update mailspec_history set who=x'ff'", PAST),
    ('update mailspec_history set "commit"=7.5', ()),
    (PENDING % ("1.0", "zz"), UNDER_WAY),
    (PENDING % ("1.0", '[{"path":"/etc/passwd"}]'), UNDER_WAY),
    (PENDING % ("1.0", f"[{TRACE % 'not/absolute'}]"), UNDER_WAY),
    (PENDING % ("1e300", f"[{TRACE % '/a'}]"), UNDER_WAY),
    ("update mailspec_lock set holder='h', host='o', pid='x', machine='m', since=0", UNDER_WAY),
    ("update mailspec_lock set holder='h', host='o', pid=1, machine='m', since='x'", UNDER_WAY),
    ("update mailspec_lock set token='x'", ("unlock",)),
    ("update mailspec_schema set version=0", ALL),
    ("update mailspec_schema set version=-1", ALL),
    ("delete from mailspec_schema", ALL),
    ("alter table mailspec_object drop column active", APPLIED),
]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("applied")


@pytest.fixture
def project(applied: Path, tmp_path: Path, cli: Callable[..., Any]) -> Path:
    """A project after its first apply, made once and copied."""
    if not (applied / "mailspec.yml").exists():
        (applied / "mailspec.yml").write_text(SPEC)
        ran = cli("apply", "--auto-approve", cwd=applied)
        assert ran.code == 0, ran.out + ran.err
        change(applied, f"insert or replace into mailspec_target values ('acme-hub', '', 'hub', '{RECORD}')")
    return Path(shutil.copytree(applied, tmp_path / "project"))


def change(project: Path, sql: str) -> None:
    with sqlite3.connect(project / ".mailspec/state.sqlite") as connection:
        assert connection.execute(sql).rowcount != 0, "the damage is done"
    connection.close()


@pytest.mark.parametrize(("sql", "refused"), DAMAGE, ids=[sql[:70] for sql, _ in DAMAGE])
def test_a_damaged_row_is_refused_in_words(sql: str, refused: tuple[str, ...], project: Path, cli: Any) -> None:
    change(project, sql)
    for command in ALL:
        ran = cli(command, cwd=project)
        output = ran.out + ran.err
        assert "Traceback" not in output, command
        assert "Internal error" not in output, command
        assert (ran.code == 5) is ("Refused (state-damaged)" in output), f"{command}: {output}"
        if command in refused:
            assert ran.code == 5, f"{command}: {output}"
            assert "restore it from a backup" in output.lower(), command
            assert "garbage" not in output, "what it holds nobody knows, so it is not shown"
        assert ran.code in (0, 5), f"{command}: {output}"


def test_the_whole_project_is_not_refused(project: Path, cli: Any) -> None:
    for command in ALL:
        ran = cli(command, cwd=project)
        assert ran.code == 0, ran.out + ran.err


def test_a_damaged_entry_does_not_come_back(project: Path, cli: Any) -> None:
    change(project, "update mailspec_history set targets='[]'")
    ran = cli("rollback", "1", "--auto-approve", cwd=project)
    assert (ran.code, "Refused (state-damaged)" in ran.err) == (5, True)
