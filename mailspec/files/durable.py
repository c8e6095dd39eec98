"""The few file operations that an apply is made of, each durable when it returns."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """Tells one version of a file from another without its content: device, inode, time of change (ns)."""

    device: int
    inode: int
    changed: int


def identity(path: Path) -> Identity | None:
    """Return a file's identity, ``None`` where it is not there."""
    try:
        info = path.lstat()
    except FileNotFoundError:
        return None
    return Identity(info.st_dev, info.st_ino, info.st_mtime_ns)


def create(path: Path, content: bytes, mode: int, like: Path | None = None) -> Identity:
    """Write a file that must not be there yet, with the owner and attributes of another one.

    Raises ``OSError``; what was written so far is left for the caller's undoing.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        if like is not None:
            copy_owner(handle, like)
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        os.fchmod(handle, mode)
        os.fsync(handle)
        info = os.fstat(handle)
    finally:
        os.close(handle)
    return Identity(info.st_dev, info.st_ino, info.st_mtime_ns)


def copy_owner(handle: int, path: Path) -> None:
    """Give an open file the owner, labels and access lists of another one. Raises ``OSError`` where it cannot."""
    info = path.lstat()
    mine = os.fstat(handle)
    if (info.st_uid, info.st_gid) != (mine.st_uid, mine.st_gid):
        try:
            os.fchown(handle, info.st_uid, info.st_gid)
        except OSError as error:
            owner = f"{info.st_uid}:{info.st_gid}"
            raise OSError(error.errno, f"its owner {owner} cannot be kept by this user", str(path)) from None
    for name in os.listxattr(path, follow_symlinks=False):
        # Labels and access lists; what this user may not set is the system's to set.
        with suppress(OSError):
            os.setxattr(handle, name, os.getxattr(path, name, follow_symlinks=False))


def give_mode(path: Path, known: Identity, mode: int) -> None:
    """Change the mode of exactly the file that is known, durably. Raises ``OSError`` where another one has its name."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        info = os.fstat(handle)
        found = Identity(info.st_dev, info.st_ino, info.st_mtime_ns)
        if not stat.S_ISREG(info.st_mode) or info.st_nlink != 1 or found != known:
            raise OSError(errno.EPERM, "it is not the file that mailspec made", str(path))
        os.fchmod(handle, mode)
        # Or the rename that follows may outlive a crash that the mode does not.
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        error.filename = os.fspath(folder)
        raise
    finally:
        os.close(handle)


def replace(source: Path, path: Path) -> None:
    """Give a file another's name in one step, durably."""
    os.rename(source, path)
    sync_folder(path.parent)


def remove(*paths: Path) -> None:
    """Remove what is there of the given files of one folder, in this order, durably."""
    gone = False
    for path in paths:
        try:
            path.unlink()
            gone = True
        except OSError:
            # A read-only file system refuses before it looks, also where there is nothing to remove.
            if os.path.lexists(path):
                raise
    if gone:
        sync_folder(paths[0].parent)
