"""Whoever waits at a terminal is told for what; elsewhere nothing is said. And -q is quiet where nothing happens."""

from __future__ import annotations

import io
import os
import pty
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailspec.cli import progress
from mailspec.cli.streams import say

SPEC = """\
version: 1
instance: {{id: acme-hub}}
configurations:
  - {{name: Slow, state: {state}, host: 127.0.0.1, port: {port}, security: none, from: hub@acme.example, timeout: 3s}}
targets:
  - {{name: hub, type: env_file, path: hub.env, dialect: systemd}}
"""


@pytest.fixture
def silent() -> Iterator[int]:
    """A server that accepts and never greets: its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for connection in held:
            connection.close()


def at_a_terminal(folder: Path, *arguments: str, **env: str) -> str:
    """Run mailspec with standard error at a terminal; return what that terminal got."""
    ours, theirs = pty.openpty()
    command = [Path(sys.executable).with_name("mailspec"), *arguments]
    environment = {**os.environ, "TERM": "xterm", **env}
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=environment):
        os.close(theirs)
        got = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                break
            if not part:
                break
            got += part
    os.close(ours)
    return got.decode()


def test_apply_names_the_step_that_takes_long_and_takes_it_back(tmp_path: Path, silent: int) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="active", port=silent))
    got = at_a_terminal(tmp_path, "apply", "--auto-approve", "--no-test")
    assert "Signing in to the server ... 1 s" in got
    assert "\r\x1b[K" in got[got.rindex(" s") :], "the line is gone in the end"


def test_one_probe_says_that_it_waits(tmp_path: Path, silent: int) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="active", port=silent))
    assert "Probing ... 1 s" in at_a_terminal(tmp_path, "probe")


@pytest.mark.parametrize(("arguments", "env"), [(("-q",), {}), ((), {"TERM": "dumb"})])
def test_nothing_is_drawn_where_it_is_not_wanted(
    arguments: tuple[str, ...], env: dict[str, str], tmp_path: Path, silent: int
) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="active", port=silent))
    assert "\x1b[K" not in at_a_terminal(tmp_path, "apply", "--auto-approve", "--no-test", *arguments, **env)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_reported_meanwhile_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "AFTER", 0.001)
    with progress.show_progress("Probing"):
        for number in range(50):
            before = shown.tell()
            while shown.tell() == before:
                time.sleep(0.0005)
            say(f"line {number}")
    lines = re.sub(r"[^\n]*\r\x1b\[K", "", shown.getvalue())
    assert lines == "".join(f"line {number}\n" for number in range(50))


def test_without_a_terminal_nothing_is_reported(tmp_path: Path, silent: int, cli_process: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="active", port=silent))
    ran = cli_process("apply", "--auto-approve", "--no-test", cwd=tmp_path)
    assert ran.code == 1
    assert "..." not in ran.err


def test_quiet_is_silent_where_nothing_changes(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(state="inactive", port=2525))
    first = cli("apply", "--auto-approve", "-q", cwd=tmp_path)
    assert first.code == 0
    assert "create configuration:Slow" in first.out, "what was done is always said"
    for command in (("apply", "--auto-approve"), ("plan",), ("drift",)):
        ran = cli(*command, "-q", cwd=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, "", ""), command
        assert cli(*command, cwd=tmp_path).out
