"""Locks of open files. The system releases them when the process ends, however that happens."""

from __future__ import annotations

import errno
import os

# Held by somebody else (flock(2); EDEADLK and EACCES are Windows'); anything else is a file system's failure.
BUSY_LOCK = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})


def lock(descriptor: int, *, wait: bool = False) -> None:
    """Lock a file for its descriptor alone.

    The system's module is loaded at the first lock, so that all that only reads works where there is none.

    Raises:
        OSError: somebody else has the lock (see :data:`BUSY_LOCK`), or there are no locks here.
    """
    try:
        import fcntl
    except ImportError:
        _lock_elsewhere(descriptor, wait=wait)
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _lock_elsewhere(descriptor: int, *, wait: bool) -> None:
    """Lock the first byte, as Windows can; it is not proven here."""
    try:
        import msvcrt
    except ImportError:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)) from None
    windows: dict[str, object] = vars(msvcrt)
    locking, mode = windows["locking"], windows["LK_LOCK" if wait else "LK_NBLCK"]
    locking(descriptor, mode, 1)  # type: ignore[operator]
