"""What an error of the file system is called, and what to do about it before the next try."""

from __future__ import annotations

import errno
import os


def error_text(error: OSError) -> str:
    """Return an error in words, with its file where it is about one."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def cure_of(error: OSError, path: str | None) -> str:
    """Return a cure that names the folder of ``path``, empty where none is known."""
    folder = os.path.dirname(path or error.filename or "") or "the target"
    known = {
        errno.ENOSPC: f"free some space on the disk of {folder}, then apply again",
        errno.EDQUOT: f"free some space or raise this user's quota on the disk of {folder}, then apply again",
        errno.EROFS: f"the file system of {folder} is read-only: mount it for writing, then apply again",
        errno.EACCES: f"let this user write in {folder}, then apply again",
        errno.EPERM: f"run mailspec as the file's owner, or give this user the file in {folder}, then apply again",
        errno.EIO: f"look at the disk of {folder} (the kernel's log tells more), then apply again",
    }
    return known.get(error.errno or 0, "")
