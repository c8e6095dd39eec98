"""Processes that end in the middle: a driver under strace, killed when it enters its Nth write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Every system call of Linux that changes a file, a folder or what another process reads from us.
WRITES = (
    "write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,"
    "rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,"
    "chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,setxattr,fsetxattr,utimensat,flock,"
    "sendto,sendmsg,sendmmsg"
)


def run(arguments: list[str], before: tuple[str, ...] = (), timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run the driver; ``before`` is the program that runs it."""
    return subprocess.run(
        [*before, sys.executable, "-m", "tools.killing.driver", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True)
class Point:
    """The ``number``th call of one system call: strace counts each kind by itself."""

    call: str
    number: int

    def strace(self, signal: str = "KILL") -> tuple[str, ...]:
        """Return the strace that sends a signal as this call begins; a KILL leaves the call undone."""
        inject = f"inject={self.call}:signal={signal}:when={self.number}"
        return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={self.call}", "-e", inject)

    def __str__(self) -> str:
        return f"{self.call} {self.number}"


def tracing(path: Path) -> tuple[str, ...]:
    """Return the strace that writes the writes to a file."""
    return ("strace", "-f", "-qq", "--seccomp-bpf", "-o", str(path), "-e", f"trace={WRITES}")


def points(trace: Path) -> list[Point]:
    """Return every write of a traced run, in the order of time."""
    seen: Counter[str] = Counter()
    found: list[Point] = []
    for line in trace.read_text(errors="replace").splitlines():
        match = re.match(r"\d+ +(\w+)\(", line)
        if match is not None:
            seen[match[1]] += 1
            found.append(Point(match[1], seen[match[1]]))
    return found


def was_killed(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether the signal came before the process ended by itself."""
    return done.returncode in (-9, 137)
