"""Locks of files, and a platform that has no module for them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.files.flock import BUSY_LOCK, lock

SPEC = """\
version: 1
instance: {name: Acme}
configurations: [{name: Main, host: smtp.acme.example, port: 587, security: starttls, from: a@acme.example}]
"""


def test_a_second_descriptor_learns_that_it_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    first, second = os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)
    lock(first)
    with pytest.raises(OSError, match=os.strerror(errno.EAGAIN)) as caught:
        lock(second)
    assert caught.value.errno in BUSY_LOCK
    os.close(first)
    lock(second)
    os.close(second)


def test_without_a_module_for_locks_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    path = tmp_path / "file"
    path.touch()
    with path.open() as file, pytest.raises(OSError, match=os.strerror(errno.ENOLCK)):
        lock(file.fileno())


@pytest.mark.parametrize("words", [("validate",), ("--help",), ("show", "Main"), ("explain", "MS101")])
def test_a_platform_without_fcntl_imports_and_validates(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC)
    code = (
        "import sys\nfor name in ('fcntl', 'pwd', 'grp', 'resource', 'termios'): sys.modules[name] = None\n"
        "import mailspec\nfrom mailspec.cli.main import main\nsys.argv[0] = 'mailspec'\nsys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stdout + done.stderr
