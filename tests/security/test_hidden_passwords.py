"""What a target holds under a secret's key is shown by nothing and kept by nothing, whatever is wanted there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HELD = "hand-made-p4ss-Word"
SPEC = """\
version: 1
instance: {{id: hub}}
configurations:
  - name: Hub
    state: {state}
    host: mail.acme.invalid
    port: 587
    security: starttls
    auth: {auth}
    from: hub@acme.example
targets:
  - {{name: hub, type: env_file, path: hub.env, adopt: true{more}}}
"""
PASSWORD = "{username: hub@acme.example, password: {env: HUB_PASSWORD}}"
WAYS = {
    "no sign-in": {"state": "active", "auth": "{method: none}", "more": ""},
    "mail off": {"state": "inactive", "auth": PASSWORD, "more": ""},
    "another program's prefix": {"state": "active", "auth": "{method: none}", "more": ", prefix: DB_"},
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_masked_everywhere(way: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "hub.env").write_text(
        f"MAIL_PASSWORD={HELD}\nDB_PASSWORD={HELD}\nMAIL_HOST=https://u:{HELD}@mail.acme.example\nOTHERS_KEY=n0t-0urs\n"
    )
    (tmp_path / "mailspec.yml").write_text(SPEC.format(**WAYS[way]))
    for command in ("plan", "status", "drift", "apply", "history", "drift"):
        for output in ("text", "json", "markdown", "html"):
            more = ("--auto-approve", "--no-test", "--check") if command == "apply" else ()
            ran = cli(command, *more, "--format", output, cwd=tmp_path)
            if ran.code != 2:
                assert HELD not in ran.out + ran.err, (command, output)
                assert not any(word in ran.out + ran.err for word in ("OTHERS_KEY", "n0t-0urs")), (command, output)
    cli("apply", "--auto-approve", "--no-test", cwd=tmp_path)
    for path in (tmp_path / ".mailspec").rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert not any(word in held for word in (HELD.encode(), b"OTHERS_KEY", b"n0t-0urs"))
    assert "OTHERS_KEY=n0t-0urs\n" in (tmp_path / "hub.env").read_text()


def test_an_older_state_shows_none_and_loses_it_at_the_next_apply(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="inactive", auth=PASSWORD, more=""))
    assert cli("apply", "--auto-approve", "--no-test", cwd=tmp_path).code == 0
    fields = [{"path": "MAIL_PASSWORD", "before": HELD, "after": None, "sensitive": False}]
    # 200 of them lie in pages of their own, which become free.
    changes = [{"target": "hub", "name": "env_file:hub.env", "action": "update", "fields": fields * 200, "note": ""}]
    state = tmp_path / ".mailspec/state.sqlite"
    with sqlite3.connect(state) as connection:
        connection.execute("UPDATE mailspec_history SET changes = ?", (json.dumps(changes),))
        connection.execute("UPDATE mailspec_schema SET version = 1")
    for output in ("text", "json"):
        ran = cli("history", "--format", output, cwd=tmp_path)
        assert ran.code == 0, ran.err
        assert HELD not in ran.out + ran.err
    text = (tmp_path / "mailspec.yml").read_text().replace("name: Hub", "name: Hub2")
    (tmp_path / "mailspec.yml").write_text(text)
    ran = cli("apply", "--auto-approve", "--no-test", "--confirm-delete", "Hub", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    with sqlite3.connect(state) as connection:
        rows = connection.execute("SELECT changes FROM mailspec_history").fetchall()
        assert len(rows) == 2
        assert HELD not in str(rows)
        assert connection.execute("SELECT version FROM mailspec_schema").fetchone() == (2,)
    connection.close()
    assert HELD.encode() not in state.read_bytes()
