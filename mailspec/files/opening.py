"""The one way in which a file is read: it is a regular file, its size has a limit, and nothing waits.

Paths come from a Spec that a stranger may have written. A named pipe would wait for a writer for ever, a device may
do something when it is opened (a watchdog restarts the machine) or never end, and a huge file fills the memory.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Literal, NamedTuple

MIB = 1024 * 1024  # bytes
_MOST_LINKS = 40  # one after another, as many as Linux follows (path_resolution(7))
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


class Contents(NamedTuple):
    """A file's bytes, and what the system says of the file that they came from."""

    raw: bytes
    status: os.stat_result

    @property
    def mode(self) -> int:
        """The permission bits."""
        return stat.S_IMODE(self.status.st_mode)


class Unread(NamedTuple):
    """Why a file was not read. ``reason`` goes into the middle of a sentence; ``errno`` is 0 for reasons of our own."""

    kind: Literal["missing", "unreadable", "special", "large"]
    reason: str
    errno: int = 0


def declared_path(root: str | os.PathLike[str], path: str) -> str:
    """Return the absolute path that a declared one means, seen from the project's folder ``root``.

    ``~`` is the home of who runs mailspec, as in a shell. Detours are taken out before links are followed, so that
    ``x/../y`` is ``y`` wherever ``x`` leads. What looks at a path and what opens it ask here: else one would see
    another file than the other.
    """
    whole = os.path.normpath(os.path.join(root, os.path.expanduser(path)))
    # Two slashes at the start are kept by normpath (POSIX lets them mean something else; here they do not).
    return f"/{whole.lstrip('/')}"


def follow_links(path: str | os.PathLike[str]) -> str:
    """Return a path with its links followed, as :func:`os.path.realpath` does, also where one of them cannot be read:
    that one stays as it is, since nobody gets further by it.

    Python before 3.13 raises there, as for ``/proc/1/cwd``, which every change can name.

    Raises:
        ValueError: no file can have the path.
    """
    try:
        return os.path.realpath(path)
    except OSError:
        return walk_links(os.path.join(os.getcwd(), path))[0]


def walk_links(path: str, top: str | None = None) -> tuple[str, str | None]:
    """Return an absolute path with its links followed, or as far as the first one in ``top`` or below, and that one."""
    here, pending, left = os.sep, path.split(os.sep), _MOST_LINKS
    while pending:
        part = pending.pop(0)
        whole = os.path.dirname(here) if part == os.pardir else os.path.normpath(os.path.join(here, part))
        try:
            leads_to = os.readlink(whole) if left else ""
        except OSError:  # it is no link, or nobody gets further by it
            leads_to = ""
        if leads_to and top is not None and os.path.commonpath([top, here]) == top:
            return here, whole
        if leads_to:
            left -= 1
            here, pending = os.sep if os.path.isabs(leads_to) else here, [*leads_to.split(os.sep), *pending]
        else:
            here = whole
    return here, None


def read_file(path: str | Path, limit: int, *, follow: bool = True) -> Contents | Unread:
    """Return a regular file's bytes, at most ``limit`` of them, or why not. Raises nothing for what a path is.

    With ``follow`` off a link at the end of the path is refused; links on the way there are followed.
    """
    try:
        # Looked at before it is opened, because opening is all that some devices wait for.
        status = os.stat(path, follow_symlinks=follow)
        if not stat.S_ISREG(status.st_mode):
            return _special(status.st_mode)
        handle = os.open(path, _FLAGS | (0 if follow else os.O_NOFOLLOW))
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return _special(status.st_mode)
            if status.st_size > limit:
                return _large(f"has {status.st_size:,} bytes", limit)
            raw = _read(handle, status.st_size, limit)
        finally:
            os.close(handle)
    except OSError as error:
        kind: Literal["missing", "unreadable"] = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        return Unread(kind, (error.strerror or "error").lower(), error.errno or 0)
    except ValueError:
        return Unread("unreadable", "no file can have such a path", errno.EINVAL)
    if len(raw) > limit:
        return _large("is larger", limit)
    if len(raw) < status.st_size:
        return Unread("unreadable", "it changed while it was read")
    return Contents(raw, status)


def _read(handle: int, size: int, limit: int) -> bytes:
    raw = os.read(handle, min(size, limit) + 1)
    if len(raw) == size:
        return raw
    # It grows, or it is one whose size the system does not tell (/proc), or a network's disk gives it in parts.
    pieces = [raw]
    total = len(raw)
    while raw and total <= limit:
        raw = os.read(handle, limit + 1 - total)
        pieces.append(raw)
        total += len(raw)
    return b"".join(pieces)


def _special(mode: int) -> Unread:
    return Unread("special", "it is a link" if stat.S_ISLNK(mode) else "it is not a regular file")


def _large(what: str, limit: int) -> Unread:
    size = f" ({limit // MIB} MiB)" if limit % MIB == 0 else ""
    return Unread("large", f"it {what}; at most {limit:,}{size} are read")
