"""What the database, its driver or the file system says, as a refusal that names what is there and a cure."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from mailspec.state.errors import StateError, damaged
from mailspec.state.url import StateUrl

_COLUMN = "42703"  # PostgreSQL's undefined_column (its manual, appendix A, error codes)
# PostgreSQL's manual, appendix A: lock_not_available and query_canceled, after the limits that engine.py sets.
_WAITED = {
    "55P03": "another session holds the lock's row or table for longer than is waited",
    "57014": "it took longer than is waited for one statement",
}
_NETWORK = "check the address, the network and the access rights, then try again"
_FILE = "check the file, its folder and their access rights, then try again"


def database_fault(url: StateUrl, words: str, sqlstate: str | None = None) -> StateError:
    """Return the error for a database's own ``words``, which hold no secret any more."""
    if "no such column" in words or sqlstate == _COLUMN:
        return damaged(url.display, "a column of mailspec's tables is missing")
    if words.startswith("Could not decode"):
        return damaged(url.display, "a text in mailspec's tables is none")
    message = f"{url.display} cannot be used: {words}"
    if sqlstate in _WAITED:
        help = "look in pg_stat_activity who holds it, end that, then try again"
        return StateError("state-busy", f"{url.display}: {_WAITED[sqlstate]}", help)
    if "not a database" in words or "malformed" in words:
        return StateError("state-unusable", message, "restore the state from a backup, or give --state another file")
    if "locked" in words:
        return StateError("state-unusable", message, "another program holds the file open for writing: try again")
    if url.path is None:
        return StateError("state-unusable", message, _NETWORK)
    if "disk is full" in words:
        return StateError(
            "state-unusable", message, f"free some space on the disk of {url.path.parent}, then try again"
        )
    if "unable to open" in words or "readonly" in words:
        return file_fault(url, words)
    return StateError("state-unusable", message, _FILE)


def is_there(url: StateUrl) -> bool:
    """Tell whether SQLite's file is there. Raises ``StateError`` where something else stands in its place.

    A pipe would wait for ever; a device may do something when it is opened.
    """
    try:
        mode = (url.path or Path()).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise file_fault(url, error.strerror or "error") from None
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return True
    help = "give --state the path of a file"
    raise StateError("state-unusable", f"{url.display} is not a regular file", help)


def file_fault(url: StateUrl, words: str) -> StateError:
    """Return the error for SQLite's file that cannot be opened or made; ``words`` is the system's reason."""
    path = url.path or Path()
    if os.path.isdir(path):
        help = "give --state a file in it: sqlite:///FOLDER/state.sqlite"
        return StateError("state-unusable", f"{url.display} is a folder, and the state is a file", help)
    owner = _owner(path)
    if owner is not None and _may(path):
        # The file itself is open to us; its folder must be so too, for the database's own journal.
        return StateError("state-unusable", f"{url.display} cannot be used: {words}{_where(path.parent)}", _FILE)
    if owner is not None:
        return StateError(
            "state-unusable",
            f"{url.display} cannot be opened: {words} (it belongs to {owner})",
            f"run mailspec as that user, or give this one the file and its folder: chown {_me()} {path}",
        )
    return StateError(
        "state-unusable",
        f"{url.display} cannot be created: {words}{_where(path)}",
        "let this user write in that folder, or give --state another file",
    )


def _where(path: Path) -> str:
    """Name the nearest folder upwards that is there."""
    for folder in (path, *path.parents):
        owner = _owner(folder)
        if owner is not None:
            return f" ({folder} belongs to {owner})"
    return ""


def _owner(path: Path) -> str | None:
    try:
        info = path.stat()
    except (OSError, ValueError):
        return None
    return f"{_name(info.st_uid)}, mode {stat.S_IMODE(info.st_mode):04o}"


def _may(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK, effective_ids=True)


def _me() -> str:
    return _name(os.geteuid())


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
