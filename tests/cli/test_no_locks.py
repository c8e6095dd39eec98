"""Where a file system has no locks, that is said; nobody is told that another mailspec is at work."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{id: acme}}
configurations: [{{name: Main, state: inactive, host: 127.0.0.1, port: 9, from: hub@acme.example}}]
targets: [{{name: app, type: env_file, path: {folder}/app.env}}]
"""


@pytest.mark.parametrize("command", [("apply", "--auto-approve", "--no-test"), ("unlock",)], ids=" ".join)
@pytest.mark.parametrize("where", ["state", "target"])
def test_it_is_reported(
    where: str, command: tuple[str, ...], cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "mailspec.yml").write_text(SPEC.format(folder=tmp_path / "out"))
    flock, state = fcntl.flock, tmp_path / ".mailspec/state.sqlite"

    def fails(handle: int, flags: int) -> None:
        other = state if where == "state" else tmp_path / "out"
        if other.exists() and os.path.samestat(os.fstat(handle), other.stat()):
            raise OSError(errno.ENOLCK, "No locks available")
        flock(handle, flags)

    if where == "target" or command == ("unlock",):
        assert cli("apply", "--auto-approve", "--no-test", cwd=tmp_path).code == 0
        (tmp_path / "mailspec.yml").write_text(SPEC.format(folder=tmp_path / "out").replace("Main", "Other"))
    monkeypatch.setattr(fcntl, "flock", fails)
    ran = (
        cli(*command, "--confirm-delete", "Main", cwd=tmp_path)
        if command[0] == "apply"
        else cli(*command, cwd=tmp_path)
    )
    if where == "target" and command == ("unlock",):
        assert ran.code == 0, ran.err  # nothing is left there, so that nothing is locked
        return
    assert (ran.code, "Refused (no-locks)" in ran.err) == (5, True), ran.out + ran.err
    assert "cannot be locked: No locks available" in ran.err
    assert "locked by" not in ran.err
