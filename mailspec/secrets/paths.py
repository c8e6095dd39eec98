"""Files that references name: where they are, and what they hold."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mailspec.files.opening import Contents, declared_path, follow_links, read_file
from mailspec.secrets.base import SecretProblem

LIMIT = 64 * 1024  # bytes; a larger file is no password, token or key


class Content(NamedTuple):
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

    A Spec from a stranger must not name ``../../other/secret``. An absolute path is taken as it is, and one from ``~``;
    ``--limits`` says which ones a runner allows.
    """
    path = Path(declared_path(base, word))
    if os.path.isabs(os.path.expanduser(word)):
        return path
    root = follow_links(base)
    if os.path.commonpath([root, follow_links(path)]) != root:
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


def read(path: Path, shown: str, what: str = "secret file", limit: int = LIMIT) -> Content | SecretProblem:
    """Return a regular file's bytes, or why there are none. Never waits: a named pipe is refused."""
    found = read_file(path, limit)
    if isinstance(found, Contents):
        return Content(found.raw, found.mode)
    if found.kind == "missing":
        return SecretProblem("missing", f"the {what} {shown} does not exist")
    if found.kind == "large":
        return SecretProblem("malformed", f"the {what} {shown} is larger than {limit} bytes")
    if found.kind == "special":
        return SecretProblem("unreadable", f"the {what} {shown} is no regular file")
    return SecretProblem("unreadable", f"the {what} {shown} cannot be read: {found.reason}")


def text_of(raw: bytes, what: str) -> str | SecretProblem:
    """Return bytes as a secret's text: UTF-8, without one trailing newline (CRLF counts as one), not empty."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return SecretProblem("malformed", f"{what} is no valid UTF-8")
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    return text or SecretProblem("empty", f"{what} is empty")


def option_value(word: str) -> str:
    """Return the path in a word of a command line: of ``--file=x.gpg`` that is ``x.gpg``, else the word itself."""
    return word.partition("=")[2] if word.startswith("-") and "=" in word else word
