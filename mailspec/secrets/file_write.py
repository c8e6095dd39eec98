"""Writes a secret's file in one step: whoever reads it finds the old one or the new one, whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from mailspec.secrets.base import SecretProblem

OTHERS = stat.S_IRWXO


def replace_file(path: Path, shown: str, content: bytes, *, private: bool = True) -> SecretProblem | None:
    """Write a file, or say why it cannot be written; then the old one is as it was.

    A new ``private`` file has mode 0600; one that is there keeps its owner and mode, but loses what everybody else
    may do. Links are followed: what they point to is replaced.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(temporary, content, path, private)
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as error:
        return SecretProblem("unreadable", f"{shown} cannot be written: {error.strerror or 'error'}")
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return None


def _write(temporary: Path, content: bytes, path: Path, private: bool) -> None:
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            info = path.stat()
        except FileNotFoundError:
            mode = 0o600 if private else 0o644
        else:
            mode = stat.S_IMODE(info.st_mode) & (~OTHERS if private else ~0)
            mine = os.fstat(handle)
            if (info.st_uid, info.st_gid) != (mine.st_uid, mine.st_gid):
                os.fchown(handle, info.st_uid, info.st_gid)
        file.write(content)
        file.flush()
        os.fchmod(handle, mode)
        os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
