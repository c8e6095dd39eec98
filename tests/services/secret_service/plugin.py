"""A real Secret Service: gnome-keyring on a D-Bus session of its own, as a desktop has them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")


def missing() -> str | None:
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(absent)} not installed: run tools/services/secrets.sh" if absent else None


SERVICES = {"secret_service": missing}


@dataclass(frozen=True)
class SecretService:
    """A running keyring, unlocked. ``environ`` is what a program needs to find it."""

    environ: dict[str, str]


def _start(stack: ExitStack, argv: list[str], environ: dict[str, str], stdin: bytes = b"") -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        argv,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()

    def stop() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    stack.callback(stop)
    return process


@contextmanager
def running() -> Iterator[SecretService]:
    """Start a D-Bus session and an unlocked keyring on it, in a home folder of their own."""
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="mailspec-keyring-", ignore_cleanup_errors=True)
        folder = stack.enter_context(made)
        address = f"unix:path={folder}/bus"
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "XDG_DATA_HOME": f"{folder}/data",
            "DBUS_SESSION_BUS_ADDRESS": address,
        }
        _start(stack, ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"], environ)
        _wait_for(Path(folder, "bus").exists)
        daemon = ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"]
        keyring = _start(stack, daemon, environ, b"login-password")
        assert keyring.stdout is not None
        # It names its control folder when it is ready to be asked.
        keyring.stdout.readline()
        yield SecretService(environ)


@pytest.fixture(scope="session")
def secret_service() -> Iterator[SecretService]:
    """The keyring. A test that uses it carries ``@pytest.mark.service("secret_service")``."""
    with running() as keyring:
        yield keyring


@pytest.fixture
def new_secret_service() -> Iterator[SecretService]:
    """A keyring of a test's own, that it may lock."""
    with running() as keyring:
        yield keyring


def _wait_for(there: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "the D-Bus session did not start"
        time.sleep(0.02)
