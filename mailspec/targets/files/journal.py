"""The journal beside a file: which version is the old one, the new one, the backup. No content, no length."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from mailspec.targets.files.durable import Identity, create, sync_folder

VERSION = 1


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
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        raw = file.read()
    if not raw.endswith(b"}\n"):
        return None
    try:
        data = json.loads(raw)
        if data.pop("version") != VERSION:
            raise JournalError(f"{path} was written by another version of mailspec")
        for name in ("old", "new", "backup"):
            data[name] = None if data[name] is None else Identity(**data[name])
        return Journal(**data)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise JournalError(f"{path} is no journal of mailspec") from None
