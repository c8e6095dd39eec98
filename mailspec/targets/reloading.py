"""The command that makes a program read its settings again: an argument list, no shell, nothing to read, a time limit.

What it prints is not repeated: a program may name a password in its complaint.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from mailspec.targets.base import TargetProblem

PATIENCE = 60.0  # seconds


def run_reload(command: Sequence[str], patience: float = PATIENCE) -> TargetProblem | None:
    """Run a target's reload and return why it failed. What it left running in its session is ended with it."""
    shown = " ".join(command)
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no such command can be"
        return TargetProblem(f"its reload could not be started ({shown}): {reason}", "correct reload, or leave it out")
    try:
        code = process.wait(patience)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return TargetProblem(
            f"its reload did not end within {patience:g} seconds ({shown})", "run it by hand to see why"
        )
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        return TargetProblem(f"its reload {how} ({shown})", "run it by hand to see why")
    return None
