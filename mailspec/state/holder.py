"""Who holds a lock, and whether that process still lives."""

from __future__ import annotations

import getpass
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """A process. ``pid`` means something only where ``machine``, its boot and process namespace, is equal."""

    name: str
    host: str
    pid: int
    machine: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid} on {self.host})"


def myself(machine: str | None = None) -> Holder:
    """Return this process as a holder, on a machine of that name; by default the host's own."""
    host = machine or os.uname().nodename
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    pid = os.getpid()
    return Holder(f"{user}@{host}", host, pid, f"{_machine()} {_started(pid)}")


def is_dead(holder: Holder) -> bool:
    """Return whether the holder is certainly gone: it ran here, and its process has ended."""
    where, _, started = holder.machine.rpartition(" ")
    if not where or where != _machine():
        return False
    now = _started(holder.pid)
    return _is_gone(holder.pid) if now is None else now != started


def is_here(holder: Holder) -> bool:
    """Return whether the holder is a process of this machine, dead or alive."""
    where = holder.machine.rpartition(" ")[0]
    return bool(where) and where == _machine()


def _machine() -> str:
    boot = namespace = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{boot}/{namespace}" if boot and namespace else ""


def _is_gone(pid: int) -> bool:
    """Tell whether there is no such process, where /proc does not show those of others (hidepid)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _started(pid: int) -> str | None:
    """Return when a process began, in clock ticks since boot; empty where it ended, ``None`` where none is shown.

    See proc(5).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in ("Z", "X") else fields[19]
