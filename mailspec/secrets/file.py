"""A secret in a file of its own."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.paths import place, read, text_of


def resolve_file(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the file's text without one trailing newline (CRLF counts as one)."""
    if not isinstance(word, str) or not word or "\0" in word:
        return SecretProblem("malformed", "'file' wants the path of one file")
    path = place(word, base)
    if isinstance(path, SecretProblem):
        return path
    content = read(path, word)
    if isinstance(content, SecretProblem):
        return content
    text = text_of(content.raw, f"the secret file {word}")
    if isinstance(text, SecretProblem):
        return text
    return Resolved(Secret(text), content.exposed(word))
