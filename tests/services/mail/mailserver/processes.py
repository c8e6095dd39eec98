"""Starts a server in the foreground, waits until it is there, and ends it by its own process id."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

# The system tells this shell when the test run is gone, however it went, and the shell tells the server. (The
# servers themselves would lose that wish: it ends where a process changes its user, as all mail servers do.)
GUARD = """"$@" & server=$!; trap 'kill "$server"' TERM; wait "$server"; wait "$server" """


def start(command: list[str | Path], log: Path, ready: Callable[[], bool]) -> subprocess.Popen[bytes]:
    """Return the process once ``ready`` says so; after 20 s, or if it ends before, the test run fails."""
    guarded = ["setpriv", "--pdeathsig", "TERM", "sh", "-c", GUARD, "sh", *command]
    with log.open("ab") as output:
        process = subprocess.Popen(guarded, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        wait_for(ready, f"{command[0]} did not start", lambda: process.poll() is not None, log)
    except AssertionError:
        stop(process)
        raise
    return process


def wait_for(
    ready: Callable[[], bool],
    complaint: str,
    over: Callable[[], bool] = lambda: False,
    log: Path | None = None,
    seconds: float = 20,
) -> None:
    until = monotonic() + seconds
    while not ready():
        if over() or monotonic() > until:
            words = log.read_text(errors="replace")[-2000:] if log is not None and log.exists() else ""
            raise AssertionError(f"{complaint}\n{words}")
        sleep(0.02)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
        return
    process.kill()
    process.wait(5)


def answers(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0
