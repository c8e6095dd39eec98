"""Write a file that somebody else may have open: whole or not at all, never over what changed meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from mailspec.targets.files.durable import create, remove, replace


def rewrite(path: str, before: bytes, after: bytes) -> str:
    """Put ``after`` in a file that must still hold ``before``; return why not, ``""`` where it was done.

    Links stay links; owner, permissions and attributes are kept.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.read_bytes() != before:
            return "it was changed after it was read"
        if not os.access(target, os.W_OK):
            return "it is read-only"
        if _may_be_replaced(target):
            return _replace(target, before, after)
        # Another name or another owner would be lost with the old file.
        with target.open("r+b") as stream:
            stream.write(after)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        return (error.strerror or "it cannot be written").lower()
    return ""


def _may_be_replaced(target: Path) -> bool:
    info = target.stat()
    mine = os.geteuid() in (0, info.st_uid)
    return info.st_nlink == 1 and mine and os.access(target.parent, os.W_OK | os.X_OK)


def _replace(target: Path, before: bytes, after: bytes) -> str:
    temporary = target.with_name(f".{target.name}.mailspec-{os.getpid()}")
    try:
        create(temporary, after, target.stat().st_mode & 0o7777, like=target)
        if target.read_bytes() != before:
            return "it was changed after it was read"
        replace(temporary, target)
    finally:
        with suppress(OSError):
            remove(temporary)
    return ""
