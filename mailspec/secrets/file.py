"""A secret in a file of its own."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem

LIMIT = 64 * 1024  # bytes; a larger file is no password, token or key


def resolve_file(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the file's text without one trailing newline (CRLF counts as one).

    A relative path starts at ``base`` and stays below it, also through links: a Spec from a stranger must
    not name
    ``../../other/secret``. An absolute path is taken as it is; ``--limits`` says which ones a runner allows.
    """
    if not isinstance(word, str) or not word or "\0" in word:
        return SecretProblem("malformed", "'file' wants the path of one file")
    path = Path(word)
    if not path.is_absolute():
        path = base / path
        if not _below(path, base):
            return SecretProblem(
                "unsafe_path",
                f"the secret file {word} lies outside the project",
                "name files outside the project by their absolute path",
            )
    return _read(path, word)


def _below(path: Path, base: Path) -> bool:
    root = os.path.realpath(base)
    return os.path.commonpath([root, os.path.realpath(path)]) == root


def _read(path: Path, word: str) -> Resolved | SecretProblem:
    try:
        # Without O_NONBLOCK a named pipe would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return SecretProblem("missing", f"the secret file {word} does not exist")
    except (OSError, ValueError) as error:
        return SecretProblem("unreadable", f"the secret file {word} cannot be read: {_reason(error)}")
    with os.fdopen(handle, "rb") as file:
        held = os.fstat(handle)
        if not stat.S_ISREG(held.st_mode):
            return SecretProblem("unreadable", f"the secret file {word} is no regular file")
        try:
            raw = file.read(LIMIT + 1)
        except OSError as error:
            return SecretProblem("unreadable", f"the secret file {word} cannot be read: {_reason(error)}")
    if len(raw) > LIMIT:
        return SecretProblem("malformed", f"the secret file {word} is larger than {LIMIT} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return SecretProblem("malformed", f"the secret file {word} is no valid UTF-8")
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    if not text:
        return SecretProblem("empty", f"the secret file {word} is empty")
    mode = stat.S_IMODE(held.st_mode)
    exposed = f"{word} can be read by every user of this machine (mode {mode:04o})" if mode & 0o004 else None
    return Resolved(Secret(text), exposed)


def _reason(error: Exception) -> str:
    return (error.strerror or "error") if isinstance(error, OSError) else "malformed path"
