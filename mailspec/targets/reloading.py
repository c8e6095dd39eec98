"""Commands of programs: reload and the program's own test. An argument list, no shell, nothing to read, a time limit.

What they print is not repeated: a program may name a password in its complaint.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from mailspec.targets.base import TargetProblem

PATIENCE = 60.0  # seconds


def run_reload(command: Sequence[str], patience: float = PATIENCE) -> TargetProblem | None:
    """Run the command that makes a program read its settings again, and return why it failed."""
    return _run(command, "reload", "correct reload, or leave it out", patience)


def run_proof(command: Sequence[str], *, silent: bool = False, patience: float = PATIENCE) -> str | TargetProblem:
    """Ask a program's own test and return what was proven, or why it was not.

    With ``silent`` the test has passed only where it complained of nothing: some programs warn and end with 0.
    """
    with tempfile.TemporaryFile() as complaint:
        problem = _run(command, "own test", "install the program, or leave out prove", patience, complaint.fileno())
        if problem is not None:
            return problem
        if silent and complaint.tell():
            shown = " ".join(command)
            return TargetProblem(f"its own test complained ({shown})", "run it by hand to see why")
    return f"proven by: {' '.join(command)}"


def _run(
    command: Sequence[str], what: str, cure: str, patience: float, complaint: int = subprocess.DEVNULL
) -> TargetProblem | None:
    """Run a command. What it left running in its session is ended with it."""
    shown = " ".join(command)
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no such command can be"
        return TargetProblem(f"its {what} could not be started ({shown}): {reason}", cure)
    try:
        code = process.wait(patience)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return TargetProblem(
            f"its {what} did not end within {patience:g} seconds ({shown})", "run it by hand to see why"
        )
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        return TargetProblem(f"its {what} {how} ({shown})", "run it by hand to see why")
    return None
