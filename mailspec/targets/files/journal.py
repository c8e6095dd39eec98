"""The journal beside a file: which version is the old one, the new one, the backup. No content, no length."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from mailspec.files.durable import Identity, create, sync_folder
from mailspec.files.json_text import read_json
from mailspec.files.opening import Unread, read_file

VERSION = 1
_LARGEST = 64 * 1024  # bytes; it holds a path and some numbers


@dataclass(frozen=True, slots=True)
class Journal:
    """``old`` and ``backup`` are ``None`` where there was no file; ``mode`` is the old file's."""

    apply: str
    state: str
    path: str
    old: Identity | None
    new: Identity
    backup: Identity | None
    mode: int


def write(path: Path, journal: Journal) -> None:
    """Write the journal, durably, with the names of its folder. Raises ``OSError``."""
    content = json.dumps({"version": VERSION, **asdict(journal)}, sort_keys=True) + "\n"
    create(path, content.encode(), 0o600)
    sync_folder(path.parent)


class JournalError(Exception):
    """The journal is whole, but not one that this version understands."""


def read(path: Path) -> Journal | None:
    """Return the journal; ``None`` where there is none or its writing was cut short, so that nothing was
    switched.

    Raises ``OSError`` where it cannot be read and ``JournalError`` where it is of another version.
    """
    content = read_file(path, _LARGEST, follow=False)
    if isinstance(content, Unread):
        if content.kind == "missing":
            return None
        link = content.kind == "special" and path.is_symlink()
        if content.errno:
            raise OSError(content.errno, os.strerror(content.errno), str(path))
        raise OSError(errno.ELOOP if link else errno.EINVAL, content.reason, str(path))
    status = content.status
    if status.st_uid != os.geteuid() or status.st_nlink != 1 or content.mode & 0o022:
        # It says what is put in force and which modes are given: whoever may write in the folder could have made it.
        raise PermissionError(errno.EPERM, "it was not made by this user", str(path))
    raw = content.raw
    if not raw.endswith(b"}\n"):
        return None
    try:
        data = read_json(raw)
        if data.pop("version") != VERSION:
            raise JournalError(f"{path} was written by another version of mailspec")
        for name in ("old", "new", "backup"):
            data[name] = None if data[name] is None else Identity(**data[name])
        return Journal(**data)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise JournalError(f"{path} is no journal of mailspec") from None
