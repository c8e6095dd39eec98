"""Runs the command line at a pseudo-terminal, as a person has it, and answers what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

Answer = tuple[str, Callable[[], str]]
AtATerminal = Callable[..., tuple[int, str]]


def run_at_a_terminal(folder: Path, *args: str, answers: Iterable[Answer] = (), timeout: float = 60) -> tuple[int, str]:
    """Return the exit code and all that stood on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("mailspec"), *args],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen, waiting = "", list(answers)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        screen += piece.decode()
        if waiting and waiting[0][0] in screen:
            os.write(ours, waiting.pop(0)[1]().encode() + b"\n")
    os.close(ours)
    return process.wait(timeout), screen


@pytest.fixture(scope="session")
def cli_at_terminal() -> AtATerminal:
    """``cli_at_terminal(folder, "apply", answers=[("Apply this?", lambda: "y")]) -> (exit code, screen)``.

    An answer is made when its question is on the screen, so that it can do something first.
    """
    return run_at_a_terminal
