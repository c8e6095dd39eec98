"""One writer at a time for a stored sign-in: across threads, processes and, where the system has it, users."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailspec.files.flock import BUSY_LOCK, lock

_PAUSE = 0.02


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file. The system releases it when the process ends, however that happens.

    Each call opens the file anew, so that threads of one process exclude each other too.

    Raises:
        TimeoutError: somebody else held it all the time.
        OSError: the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + seconds
        while not _try(descriptor):
            if time.monotonic() > until:
                raise TimeoutError(f"{path} is locked")
            time.sleep(_PAUSE)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        lock(descriptor)
    except OSError as error:
        if error.errno in BUSY_LOCK:
            return False
        raise
    return True
