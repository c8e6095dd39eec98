"""A real PostgreSQL, started once a session on a loopback port, with a schema of its own for each test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "state-canary-7Qz"
USER = "postgres"


def programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found else None


def missing() -> str | None:
    if programs() is None:
        return "no PostgreSQL server; install it with tools/services/postgres.sh"
    if os.getuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser"
    return None


SERVICES = {"postgres": missing}


@dataclass(frozen=True)
class Server:
    """A running server. ``new_state()`` gives a fresh state's URL, with the password in it; ``restart()`` lets it crash
    (or with ``fast`` stops it) and starts it again after two seconds."""

    port: int
    folder: Path
    restart: Callable[..., None] = lambda *_: None

    def psql(self, statement: str, database: str = "postgres") -> str:
        return subprocess.run(
            ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-XAtc", statement, database],
            env={**os.environ, "PGPASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def new_state(self, _numbers: count[int] = count()) -> str:  # noqa: B008
        """Return the URL of a fresh schema: quicker than a database of its own, and as empty."""
        name = f"test{next(_numbers)}"
        self.psql(f"CREATE SCHEMA {name}")
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/postgres?options=-csearch_path%3D{name}"


def start(folder: Path) -> tuple[Server, Callable[[], None]]:
    """Start a server in an empty folder; return it and what stops it."""
    where = programs()
    assert where is not None
    before = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    if before:
        shutil.chown(folder, USER)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data = folder / "data"
    initdb = [where / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "-N", "-E", "UTF8"]
    subprocess.run([*before, *initdb, "--locale=C"], check=True, capture_output=True, cwd=folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Only clients are killed here, never the server: durability against power loss costs time and shows nothing.
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c shared_buffers=16MB -c max_connections=60"
    control = [*before, where / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=folder)

    def stop() -> None:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)

    def restart(how: str = "immediate") -> None:
        subprocess.run([*control, "-m", how, "stop"], check=True, capture_output=True, cwd=folder)
        time.sleep(2)
        subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=folder)

    return Server(port, folder, restart), stop


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server. A test that uses it carries ``@pytest.mark.service("postgres")``."""
    with tempfile.TemporaryDirectory(prefix="mailspec-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server, stop = start(folder)
        try:
            yield server
        finally:
            stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service("postgres"))])
def state_url(request: pytest.FixtureRequest) -> str | None:
    """``--state`` for a test that runs once on SQLite (``None``: the default file) and once on PostgreSQL."""
    if request.param == "sqlite":
        return None
    server: Server = request.getfixturevalue("postgres")
    return server.new_state()
