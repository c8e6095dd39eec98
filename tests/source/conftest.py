"""Makes projects out of small descriptions, and looks at them as somebody who may not read everything."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailspec.source.folder import Folder

NOBODY = 65534


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """``project("mailspec.yml", "users/a.yml")`` makes the files and returns the folder."""

    def make(*names: str) -> Path:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("version: 1\n")
        return root

    return make


@pytest.fixture
def read() -> Callable[[Path], dict[str, str]]:
    """``read(root)`` returns each file of a project with its refusal, ``""`` where it was read."""

    def files(root: Path) -> dict[str, str]:
        return {file.inside: file.refusal for file in Folder(str(root), str(root)).files()}

    return files


@pytest.fixture
def special() -> Iterator[dict[str, Callable[[Path], object]]]:
    """Ways to make what is no regular file."""
    opened: list[socket.socket] = []

    def make_socket(path: Path) -> None:
        held = socket.socket(socket.AF_UNIX)
        opened.append(held)
        held.bind(os.path.relpath(path))

    def make_device(path: Path) -> None:
        try:
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
        except OSError:
            path.symlink_to("/dev/zero")

    yield {"pipe": os.mkfifo, "socket": make_socket, "device": make_device}
    for held in opened:
        held.close()


@pytest.fixture
def seen_by_nobody() -> Iterator[Callable[[Callable[[Path], None]], dict[str, str]]]:
    """``seen_by_nobody(make)`` fills a folder and reads it as a user without rights (root may read anything)."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    def look(make: Callable[[Path], None]) -> dict[str, str]:
        make(folder)
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                if os.getuid() == 0:
                    os.setgroups([])
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                refusals = {file.inside: file.refusal for file in Folder(str(folder), str(folder)).files()}
                os.write(send, json.dumps(refusals).encode())
            finally:
                os._exit(0)
        os.close(send)
        with os.fdopen(receive, "rb") as stream:
            output = stream.read()
        os.waitpid(child, 0)
        answer: dict[str, str] = json.loads(output)
        return answer

    yield look
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)
