"""Whole processes: CPU time, and the most memory that a process and its children held together."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

INTERVAL = 0.01


class UnexpectedExitError(Exception):
    """A run that did not do its work, so its time means nothing."""


def seconds(command: list[str], folder: Path, expected: int, mark: str = "", marks: int = 0) -> float:
    """Run a command to its end and return the CPU seconds of it and all that it started; its output goes to a file.

    CPU time, because a machine that does something else besides makes wall time long, and several processes make it
    short.

    Raises UnexpectedExitError where the exit code is another, or ``mark`` stands in the output fewer than
    ``marks`` times.
    """
    with (folder.parent / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    output = (folder.parent / "output.log").read_text(errors="replace")
    if process.returncode != expected:
        raise UnexpectedExitError(
            f"{command[0]} ended with {process.returncode}, {expected} expected:\n{output[-400:]}"
        )
    if marks and output.count(mark) < marks:
        raise UnexpectedExitError(f"{command[0]} showed {output.count(mark)} findings, {marks} expected")
    return usage.ru_utime + usage.ru_stime


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in task.read_text().split()]
        except OSError:
            continue
    return found


def _tree(pid: int) -> list[int]:
    held = [pid]
    for parent in held:
        held += _children(parent)
    return held


def _resident(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def peak_mib(command: list[str], folder: Path) -> float:
    """Run a command and return the peak of the tree's summed resident memory in MiB, looked at every 10 ms.

    A run of its own: looking costs time. Pages shared between processes count once for each, so this is no
    less than the truth.
    """
    peak = 0
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(_resident(pid) for pid in _tree(process.pid)))
            time.sleep(INTERVAL)
    return peak / 1024
