"""Write result files: whole or not at all, as pipelines expect of a report."""

from __future__ import annotations

import os
import stat


def replace(path: str, text: str) -> None:
    """Write a file by way of a neighbour and a rename; a link stays and its target is written, the mode is kept.

    A pipe or device is written as it is. Raises ``OSError``.
    """
    target = os.path.realpath(path)
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        _write(os.open(target, os.O_WRONLY), text)
        return
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        _write(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), text)
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def append(path: str, text: str) -> None:
    """Add to a file that others write too, such as a job's summary. Raises ``OSError``."""
    _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), text)


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _write(descriptor: int, text: str) -> None:
    # What cannot be UTF-8 (half a surrogate pair in a file's name) is written as its escape.
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        stream.write(text)
