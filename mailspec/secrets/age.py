"""A secret in a file that is encrypted with age (age-encryption.org/v1)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.age_keys import identities
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.library import library
from mailspec.secrets.paths import place, read, text_of


def resolve_age(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the decrypted file's text without one trailing newline. Armoured files are read as well."""
    if not isinstance(word, str) or not word or "\0" in word:
        return SecretProblem("malformed", "'age' wants the path of one encrypted file")
    path = place(word, base, "age file")
    if isinstance(path, SecretProblem):
        return path
    content = read(path, word, "age file")
    if isinstance(content, SecretProblem):
        return content
    pyrage = library("pyrage", "age", "age")
    if isinstance(pyrage, SecretProblem):
        return pyrage
    keys = identities(environ, pyrage)
    if isinstance(keys, SecretProblem):
        return keys
    try:
        plain: bytes = pyrage.decrypt(content.raw, keys.identities)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            message = f"the age file {word} is not encrypted for the identity in {keys.shown}"
            return SecretProblem("unreadable", message, "have it encrypted for this recipient as well")
        return SecretProblem("malformed", f"the age file {word} is not what age wrote, or is damaged")
    text = text_of(plain, f"the age file {word}")
    return text if isinstance(text, SecretProblem) else Resolved(Secret(text), keys.exposed)
