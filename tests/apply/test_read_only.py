"""A target on a file system that is read-only: nothing was written, so nothing is left and nothing is in part."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from mailspec.outcome.exits import Exit
from mailspec.state.commit import pending


@pytest.fixture
def read_only(tmp_path: Path, lack: Callable[[str], NoReturn]) -> Iterator[Path]:
    folder = tmp_path / "read_only"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=False).returncode:
        lack("this user may not mount a file system")
    try:
        (folder / "hub.env").write_text("MAIL_HOST=old.acme.example\n")
        (folder / "hub.env").chmod(0o600)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["hub.env", "new.env"])
def test_it_fails_before_the_first_write(name: str, read_only: Path, world) -> None:
    world.targets = {"app": {"dialect": "systemd", "adopt": True}}
    (world.root / "app.env").symlink_to(read_only / name)
    recap = world.apply()
    assert (recap.exit, pending(world.session)) == (Exit.FINDINGS, None)
    assert "Read-only" in (recap.failure or "")
    assert {change.status for change in recap.changes} <= {"failed", "not_tried"}
    assert [path.name for path in read_only.iterdir()] == ["hub.env"]
