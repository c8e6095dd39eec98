"""Puts a new secret where a reference says it is. One function a backend that can be written."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailspec.files.writing import write_file
from mailspec.model.kinds import SECRETS
from mailspec.outcome.secret import Secret
from mailspec.secrets.age_keys import recipients
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.keyring import ask as ask_keyring
from mailspec.secrets.keyring import split as split_keyring
from mailspec.secrets.library import library
from mailspec.secrets.paths import place
from mailspec.secrets.vault import ask as ask_vault
from mailspec.secrets.vault import read as read_vault
from mailspec.secrets.vault import split as split_vault

Store = Callable[[Any, Secret, Path, Mapping[str, str]], SecretProblem | None]


# What to do instead where mailspec does not write a backend's secrets.
ELSEWHERE = {kind.word: kind.elsewhere for kind in SECRETS.values() if kind.elsewhere}


def store(reference: Mapping[str, Any], secret: Secret, base: Path, environ: Mapping[str, str]) -> SecretProblem | None:
    """Store a secret, or say why not; then the old one is as it was. Never raises for what the machine holds."""
    for name, word in reference.items():
        if name in STORES:
            return STORES[name](word, secret, base, environ)
        if name in ELSEWHERE:
            return SecretProblem("unavailable_backend", f"mailspec does not write secrets by '{name}'", ELSEWHERE[name])
    return SecretProblem("malformed", "the reference names no place where a secret can be stored")


def store_file(word: Any, secret: Secret, base: Path, environ: Mapping[str, str]) -> SecretProblem | None:
    """Write the secret with one newline after it, which reading drops again."""
    path = place(word, base)
    if isinstance(path, SecretProblem):
        return path
    return _written(path, f"the secret file {word}", secret.reveal().encode() + b"\n", private=True)


def store_age(word: Any, secret: Secret, base: Path, environ: Mapping[str, str]) -> SecretProblem | None:
    """Encrypt the secret for the known recipients and write it as text, which Git shows as such."""
    path = place(word, base, "age file")
    if isinstance(path, SecretProblem):
        return path
    pyrage = library("pyrage", "age", "age")
    if isinstance(pyrage, SecretProblem):
        return pyrage
    known = recipients(environ, pyrage)
    if isinstance(known, SecretProblem):
        return known
    content: bytes = pyrage.encrypt(secret.reveal().encode() + b"\n", known, armored=True)
    return _written(path, f"the age file {word}", content, private=False)


def _written(path: Path, shown: str, content: bytes, *, private: bool) -> SecretProblem | None:
    """Write a file in one step: whoever reads it finds the old secret or the new one, whole."""
    if path.exists() and not path.is_file():
        return SecretProblem("unreadable", f"{shown} is no regular file")
    try:
        write_file(path, content, private=private, whole=True)
    except OSError as error:
        return SecretProblem("unreadable", f"{shown} cannot be written: {error.strerror or 'error'}")
    return None


def store_keyring(word: Any, secret: Secret, base: Path, environ: Mapping[str, str]) -> SecretProblem | None:
    """Store the secret in the system's keyring."""
    names = split_keyring(word)
    if isinstance(names, SecretProblem):
        return names
    answer = ask_keyring(lambda keyring: keyring.set_password(*names, secret.reveal()))
    return answer if isinstance(answer, SecretProblem) else None


def store_vault(word: Any, secret: Secret, base: Path, environ: Mapping[str, str]) -> SecretProblem | None:
    """Write a new version with the other fields as they are; refused where somebody else wrote one meanwhile."""
    target = split_vault(word)
    if isinstance(target, SecretProblem):
        return target
    shown = f"{target.mount}/{target.path}"
    values = ask_vault(environ, shown, lambda client: read_vault(client, target))
    if isinstance(values, SecretProblem):
        if values.kind != "missing":
            return values
        values = {}
    version = int((values.get("metadata") or {}).get("version", 0))
    data = {**(values.get("data") or {}), target.field: secret.reveal()}
    answer = ask_vault(
        environ,
        shown,
        lambda client: client.secrets.kv.v2.create_or_update_secret(
            target.path, data, cas=version, mount_point=target.mount
        ),
    )
    return answer if isinstance(answer, SecretProblem) else None


STORES: dict[str, Store] = {"file": store_file, "age": store_age, "keyring": store_keyring, "vault": store_vault}
