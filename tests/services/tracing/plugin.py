"""strace, which kills a process at a system call of one's choice."""

from __future__ import annotations

import shutil


def missing() -> str | None:
    return None if shutil.which("strace") else "strace is not installed; tools/services/tracing.sh does it"


SERVICES = {"strace": missing}
