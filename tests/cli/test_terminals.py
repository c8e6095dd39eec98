"""Standard streams that are closed, as cron, systemd and a shell's ``<&-`` leave them."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mailspec.cli import streams

MAILSPEC = str(Path(sys.executable).with_name("mailspec"))
SPEC = """\
version: 1
configurations:
  - {name: A, host: 127.0.0.1, port: 1, security: none, from: hub@acme.example, timeout: 1s, state: active}
  - {name: B, host: 127.0.0.1, port: 1, security: none, from: hub@acme.example, timeout: 1s}
  - name: C
    host: 127.0.0.1
    port: 1
    security: none
    from: hub@acme.example
    auth: {username: hub, password: {file: secret}}
targets:
  - {name: app, type: env_file, path: app.env}
policy: {test_recipients: [bob@acme.example]}
"""


def run(folder: Path, words: str) -> subprocess.CompletedProcess[str]:
    (folder / "mailspec.yml").write_text(SPEC)
    return subprocess.run(
        ["sh", "-c", f'"$0" {words}', MAILSPEC], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("apply <&-", 5, "Refused (no-approval): there is no terminal to ask at."),
        ("diagnose - <&-", 2, "There is no text to explain."),
        ("secret set C <&-", 5, "Refused (no-terminal)"),
        ("secret set C --stdin <&-", 5, "Refused (secret-input): standard input is empty"),
        ("probe --all 2>&-", 1, ""),
        ("test --all 2>&-", 1, ""),
        ("plan >&-", 0, ""),
    ],
)
def test_a_closed_stream_is_no_terminal(tmp_path: Path, words: str, code: int, message: str) -> None:
    done = run(tmp_path, words)
    assert (done.returncode, "This is a bug" in done.stderr) == (code, False), done.stderr
    assert message in done.stderr


def test_nobody_can_be_asked_without_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert not streams.can_ask()
    assert streams.piped(10) == b""
    closed = io.StringIO()
    closed.close()
    assert not streams.is_terminal(closed)


def test_unlock_asks_nobody(tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC)
    held = SimpleNamespace(holder="root on another host", dead=False)
    monkeypatch.setattr(import_module("mailspec.apply.unlock"), "lock_holder", lambda _session: held)
    monkeypatch.setattr(sys, "stdin", None)
    ran = cli("unlock", cwd=tmp_path)
    assert ran.code == 5
    assert "Refused (no-approval)" in ran.err
