"""Real shells at a terminal, and man."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest


def missing() -> str | None:
    gone = [name for name in ("bash", "zsh", "fish", "man") if shutil.which(name) is None]
    return f"not installed: {', '.join(gone)}; tools/services/shells.sh does it" if gone else None


SERVICES = {"shells": missing}
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*(\x07|\x1b\\)|[()][AB0]|[=>])|[\r\x07]")


def _until(descriptor: int, wanted: str, seconds: float) -> str:
    """Read until a text is there, without what only moves the cursor."""
    seen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([descriptor], [], [], 0.1)
        if ready:
            try:
                seen += os.read(descriptor, 65536)
            except OSError:
                break
        text = _ESCAPES.sub("", seen.decode("utf-8", "replace"))
        if wanted in text:
            return text
    return _ESCAPES.sub("", seen.decode("utf-8", "replace"))


@pytest.fixture
def at_terminal() -> Callable[..., str]:
    """``at_terminal(["zsh", "-f"], lines, typed, wanted, cwd) -> what is on the screen after the typed keys``."""

    def run(command: list[str], lines: list[str], typed: str, wanted: str, cwd: Path) -> str:
        pid, descriptor = pty.fork()
        if pid == 0:
            os.chdir(cwd)
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
            os.execvpe(
                command[0], command, {**kept, "PATH": path, "HOME": str(cwd), "TERM": "xterm", "LANG": "C.UTF-8"}
            )
        try:
            for line in [*lines, "PS1='> '; echo rea''dy"]:
                os.write(descriptor, f"{line}\n".encode())
            assert "ready" in _until(descriptor, "ready\n", 30)
            _until(descriptor, "> ", 5)
            os.write(descriptor, typed.encode())
            return _until(descriptor, wanted, 30)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.close(descriptor)
            os.waitpid(pid, 0)

    return run
