"""The one way in which a file is written: whole or not at all, and never in place of what is no regular file.

A regular file is replaced by a temporary neighbour and a rename; its mode, owner and attributes are kept, and a link
stays a link. A pipe or a character device is written through, as its name promises. Anything else is refused.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailspec.files.durable import copy_owner, sync_folder
from mailspec.files.flock import lock
from mailspec.files.opening import follow_links, read_file
from mailspec.files.own_names import WRITING

_READER = 5.0  # seconds to wait for somebody to read a pipe
_LINKS = 40  # as many as the system follows


class FileChangedError(OSError):
    """The file no longer holds what the new content was made from."""


@contextmanager
def _naming(path: str | Path) -> Iterator[None]:
    """Have an error name the file that was asked for: that of a descriptor has no name, that of a rename two."""
    try:
        yield
    except OSError as error:
        error.filename = os.fspath(path)
        del error.filename2
        raise


def write_file(
    path: str | Path,
    content: bytes,
    *,
    private: bool = False,
    whole: bool = False,
    before: bytes | None = None,
) -> None:
    """Put ``content`` in a file; what is written is durable when this returns.

    A new file is readable as the umask says, a ``private`` one by its owner only. Where replacing would cut a hard
    link or lose the owner, the content is overwritten in place; ``whole`` refuses that. With ``before`` the file must
    still hold these bytes.

    Raises:
        FileChangedError: it does not hold ``before``.
        OSError: it cannot be written; the error names it. A regular file is then as it was, unless it had to be
            overwritten in place.
    """
    with _naming(path):
        _write_any(path, content, private=private, whole=whole, before=before)


def _write_any(path: str | Path, content: bytes, *, private: bool, whole: bool, before: bytes | None) -> None:
    own = _own_descriptor(os.fspath(path))
    if own is not None:
        _through(os.dup(own), content)
        return
    real = Path(follow_links(path))
    try:
        status = os.stat(real)
    except FileNotFoundError:
        status = None
    if status is None or stat.S_ISREG(status.st_mode):
        _regular(real, content, status, private=private, whole=whole, before=before)
    elif stat.S_ISFIFO(status.st_mode):
        _through(_open_pipe(real), content)
    elif stat.S_ISCHR(status.st_mode):
        _through(os.open(real, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY), content)
    elif stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    else:
        raise OSError(errno.EINVAL, "it is neither a file nor a pipe", str(path))


def create_file(path: str | Path, content: bytes) -> None:
    """Make a file that must not be there yet, not even as a link. Raises ``OSError``."""
    with _naming(path):
        _through(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), content)


def append_file(path: str | Path, content: bytes) -> None:
    """Add to a file that others write too, such as a job's summary. Raises ``OSError``."""
    with _naming(path):
        with suppress(FileNotFoundError):
            if stat.S_ISFIFO(os.stat(path).st_mode):
                _through(_open_pipe(Path(path)), content)
                return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY
        _through(os.open(path, flags, 0o666), content)


def _regular(
    path: Path, content: bytes, status: os.stat_result | None, *, private: bool, whole: bool, before: bytes | None
) -> None:
    if before is not None:
        _compare(path, before)
    if status is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    if status is not None and not whole and not _replaceable(path, status):
        # Another name or another owner would be lost with the old file.
        _overwrite(path, content)
        return
    temporary, handle = _temporary(path, 0o600 if private or status is not None else 0o666)
    try:
        try:
            if status is not None:
                copy_owner(handle, path)
            _write(handle, content)
            if status is not None:
                os.fchmod(handle, stat.S_IMODE(status.st_mode) & ~(stat.S_IRWXO if private else 0))
            os.fsync(handle)
            if before is not None:
                _compare(path, before)
            os.replace(temporary, path)
        finally:
            os.close(handle)
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _compare(path: Path, before: bytes) -> None:
    found = read_file(path, len(before))
    if getattr(found, "raw", None) == before:
        return
    if getattr(found, "errno", 0):
        raise OSError(found.errno, os.strerror(found.errno), str(path))  # type: ignore[union-attr]
    raise FileChangedError(errno.EBUSY, "it was changed after it was read", str(path))


def _replaceable(path: Path, status: os.stat_result) -> bool:
    mine = os.geteuid() in (0, status.st_uid)
    return status.st_nlink == 1 and mine and os.access(path.parent, os.W_OK | os.X_OK)


def _overwrite(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        _write(handle, content)
        os.ftruncate(handle, len(content))
        os.fsync(handle)
    finally:
        os.close(handle)


def _temporary(path: Path, mode: int) -> tuple[Path, int]:
    """Make a neighbour that is locked while its writer lives; remove those whose writer was killed."""
    start = f"{WRITING}{path.name}."
    if len(os.fsencode(start)) > 200:  # NAME_MAX of every usual file system is 255 bytes
        start = WRITING
    _remove_stale(path.parent, start)
    while True:
        temporary = path.with_name(start + secrets.token_hex(8))
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            # A file system without locks has no stale neighbours removed either, see there.
            with suppress(OSError):
                lock(handle)
            if os.fstat(handle).st_nlink:
                return temporary, handle
        except BaseException:
            os.close(handle)
            raise
        # Somebody took it for stale between its making and its lock.
        os.close(handle)


def _remove_stale(folder: Path, start: str) -> None:
    with suppress(OSError):
        for name in os.listdir(folder):
            if not name.startswith(start) or len(name) != len(start) + 16:
                continue
            with suppress(OSError):
                handle = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    if stat.S_ISREG(os.fstat(handle).st_mode):
                        lock(handle)
                        os.unlink(folder / name)
                finally:
                    os.close(handle)


def _own_descriptor(path: str) -> int | None:
    """Return N where a path leads to ``/dev/fd/N``, as ``/dev/stdout`` and a shell's ``>(program)`` do.

    Raises ``OSError`` where it leads to another process's: no name of a file is there that could be replaced.
    """
    for _ in range(_LINKS):
        parent, name = os.path.split(path)
        folder = follow_links(parent or ".")
        if folder == f"/proc/{os.getpid()}/fd" and name.isdigit():
            return int(name)
        if folder == "/proc" or folder.startswith("/proc/"):
            raise OSError(errno.EINVAL, "files of /proc are not written", path)
        if folder == "/dev/fd" and name.isdigit():
            return int(name)
        full = os.path.join(folder, name)
        if not os.path.islink(full):
            return None
        path = os.path.join(folder, os.readlink(full))
    return None


def _open_pipe(path: Path) -> int:
    """Open a named pipe that somebody reads; wait a little for him, not for ever."""
    end = time.monotonic() + _READER
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                raise OSError(errno.ENXIO, "nobody reads this pipe", str(path)) from None
            time.sleep(0.05)
            continue
        os.set_blocking(handle, True)
        return handle


def _through(handle: int, content: bytes) -> None:
    try:
        _write(handle, content)
    finally:
        os.close(handle)


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
