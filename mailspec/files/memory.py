"""Keep a process that knows secrets out of files: no core dump of it, and nobody but root reads its memory."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache

_PR_SET_DUMPABLE = 4  # prctl(2)


@cache
def forbid_dumps() -> None:
    """Let no core dump of this process be written, and no other process of this user look into it.

    A crash handler that is given the dump in a pipe does not heed the limit (core(5)), so Linux is told too that there
    is to be none, which ``gcore`` and debuggers heed. Programs that are started keep only the limit, which they may
    raise. Called before the first secret is read; where a system has neither, nothing happens.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
