"""A state that the first version wrote is read by every command, and goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {id: acme-hub}
configurations:
  - {name: Main, state: inactive, host: 127.0.0.1, port: 10, security: none, from: hub@acme.example,
     auth: {username: hub@acme.example, password: {env: ACME_P}}}
users: [{email: alice@acme.example, mode: outlook}]
targets:
  - {name: app, type: env_file, path: app.env, dialect: dotenv, configuration: Main}
"""
HELD = """\
MAIL_HOST=127.0.0.1
MAIL_PORT=10
MAIL_SECURITY=none
MAIL_AUTH_METHOD=plain
MAIL_USERNAME=hub@acme.example
MAIL_PASSWORD=s3cret-of-acme
MAIL_FROM_ADDRESS=hub@acme.example
MAIL_TIMEOUT=30
MAIL_TLS_VALIDATE_CERTS=true
MAIL_TLS_MINIMUM_VERSION=1.2
"""


@pytest.fixture
def run(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("ACME_P", "s3cret-of-acme")
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / "app.env").write_text(HELD)
    (tmp_path / "app.env").chmod(0o600)
    (tmp_path / ".mailspec").mkdir()
    with sqlite3.connect(tmp_path / ".mailspec/state.sqlite") as made:
        made.executescript(Path(__file__).with_name("first_state.sql").read_text())
    made.close()
    return lambda *words, code=0: _ran(cli(*words, cwd=tmp_path), code)


def _ran(ran: Any, code: int) -> Any:
    assert ran.code == code, ran.out + ran.err
    return ran


def test_it_is_read_by_every_command(run: Cli) -> None:
    assert "Last apply: 2, " in run("status").out
    assert "No drift." in run("drift").out
    assert "2  " in run("history").out
    assert run("show", "--format", "json", "Main").json
    run("unlock")


def test_it_goes_on_with_the_next_apply_and_back_with_a_rollback(run: Cli, tmp_path: Path) -> None:
    run("plan", "--out", "plan.json")
    run("apply", "plan.json", "--no-test")
    assert "mailspec-off.invalid" in (tmp_path / "app.env").read_text()
    assert [entry["id"] for entry in run("history", "--format", "json").json] == [3, 2, 1]
    run("rollback", "1", "--auto-approve", "--no-test", "--allow", "unproven=Main")
    written = (tmp_path / "app.env").read_text().splitlines()
    assert sorted(written[1:]) == sorted(HELD.replace("=10\n", "=9\n").splitlines())
