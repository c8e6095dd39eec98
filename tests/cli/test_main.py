"""How the program ends where it is stopped: by Ctrl-C while it still starts, and without memory."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAILSPEC = Path(sys.executable).with_name("mailspec")
SPEC = """\
version: 1
configurations:
  - {name: Main, state: active, host: mail.acme.example, from: hub@acme.example}
"""
STOPS = {
    "SIGINT": ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", 130, "Interrupted.\n"),
    "memory": ("raise MemoryError", 3, "Not enough memory to start.\n"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_stopped_during_imports(stop: str, tmp_path: Path, cli_process: Callable[..., Any]) -> None:
    code, exit_code, message = STOPS[stop]
    (tmp_path / "click.py").write_text(code + "\n")
    ran = cli_process("validate", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert (ran.code, ran.out, ran.err) == (exit_code, "", message)


def test_stopped_where_a_library_makes_its_own_of_it(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as stop:
            raise ValueError("bad schema") from stop

    monkeypatch.setattr("mailspec.cli.commands.rules.command.invoke", interrupted)
    ran = cli("rules")
    assert (ran.code, ran.err) == (130, "Interrupted.\n")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("lib.so: failed to map segment from shared object"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_without_memory(error: Exception, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object) -> None:
        raise error

    monkeypatch.setattr("mailspec.cli.commands.rules.command.invoke", fails)
    ran = cli("rules")
    assert ran.code == 3
    assert ran.err.startswith("Not enough memory: ")
    assert "bug" not in ran.err


@pytest.mark.parametrize("most", range(20, 64, 8))
def test_a_limit_on_memory_is_no_bug(most: int, tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC)
    limit = most * 1024 * 1024
    done = subprocess.run(
        [MAILSPEC, "validate"],
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "This is a bug" not in done.stderr
    # With too little the interpreter itself, or the loader before it, ends in its own way.
    assert done.returncode == 0 or "memory" in done.stderr.lower() or "mailspec" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["import", ""],
        ["validate", ""],
        ["show", "  "],
        ["diff", ""],
        ["explain", ""],
        ["preview", ""],
        ["plan", "--out", ""],
        ["plan", "--out="],
        ["apply", "--state", ""],
        ["apply", "--limits", ""],
        ["validate", "--project", ""],
        ["validate", "-E", ""],
        ["test", "--to", ""],
        ["queue", "show", ""],
        ["secret", "check", "--project="],
        ["diagnose", ""],
    ],
    ids=" ".join,
)
def test_an_empty_argument_is_wrong_use(words: list[str], cli, tmp_path) -> None:
    ran = cli(*words, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "An argument is empty" in ran.err
