"""Files that references name: where they are, and what they hold."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mailspec.secrets.base import SecretProblem

LIMIT = 64 * 1024  # bytes; a larger file is no password, token or key


class Held(NamedTuple):
    """A file's bytes, and who may read it (the permission bits)."""

    raw: bytes
    mode: int

    def exposed(self, shown: str) -> str | None:
        """Say that every user of the machine can read the file, ``None`` where that is not so."""
        if not self.mode & stat.S_IROTH:
            return None
        return f"{shown} can be read by every user of this machine (mode {self.mode:04o})"


def place(word: str, base: Path, what: str = "secret file") -> Path | SecretProblem:
    """Return a file's path. A relative one starts at ``base`` and stays below it, also through links.

    A Spec from a stranger must not name ``../../other/secret``. An absolute path is taken as it is; ``--limits``
    says which ones a runner allows.
    """
    path = Path(word)
    if path.is_absolute():
        return path
    path = base / path
    root = os.path.realpath(base)
    if os.path.commonpath([root, os.path.realpath(path)]) != root:
        return SecretProblem(
            "unsafe_path",
            f"the {what} {word} lies outside the project",
            "name files outside the project by their absolute path",
        )
    return path


def home_file(word: str, environ: Mapping[str, str]) -> Path:
    """Return a path that the environment names: ``~`` is the user's home, a relative one starts here."""
    home = environ.get("HOME")
    return Path(home, word[2:]) if home and word.startswith("~/") else Path(word).expanduser()


def read(path: Path, shown: str, what: str = "secret file", limit: int = LIMIT) -> Held | SecretProblem:
    """Return a regular file's bytes, or why there are none. Never waits: a named pipe is refused."""
    try:
        # Without O_NONBLOCK a named pipe would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return SecretProblem("missing", f"the {what} {shown} does not exist")
    except (OSError, ValueError) as error:
        return SecretProblem("unreadable", f"the {what} {shown} cannot be read: {_reason(error)}")
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        return SecretProblem("unreadable", f"the {what} {shown} is no regular file")
    with os.fdopen(handle, "rb") as file:
        try:
            raw = file.read(limit + 1)
        except OSError as error:
            return SecretProblem("unreadable", f"the {what} {shown} cannot be read: {_reason(error)}")
    if len(raw) > limit:
        return SecretProblem("malformed", f"the {what} {shown} is larger than {limit} bytes")
    return Held(raw, stat.S_IMODE(mode))


def text_of(raw: bytes, what: str) -> str | SecretProblem:
    """Return bytes as a secret's text: UTF-8, without one trailing newline (CRLF counts as one), not empty."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return SecretProblem("malformed", f"{what} is no valid UTF-8")
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    return text or SecretProblem("empty", f"{what} is empty")


def _reason(error: Exception) -> str:
    return (error.strerror or "error") if isinstance(error, OSError) else "malformed path"
