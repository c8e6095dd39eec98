"""A secret that stands encrypted in the file itself (``!vault |``)."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.ansible_vault_format import Sealed, decrypt, parse
from mailspec.secrets.ansible_vault_passwords import FILES, Source, password, sources
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.library import library
from mailspec.secrets.paths import text_of


def resolve_ansible_vault(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the decrypted text. The password comes from the file that ``MAILSPEC_VAULT_PASSWORD_FILE`` or
    ``ANSIBLE_VAULT_PASSWORD_FILE`` names, or from one of the list of vault ids."""
    sealed = parse(word) if isinstance(word, str) else "it is no text"
    if isinstance(sealed, str):
        return SecretProblem("malformed", f"the Ansible Vault value cannot be read: {sealed}")
    ciphers = library("cryptography.hazmat.primitives.ciphers", "ansible_vault", "ansible-vault")
    if isinstance(ciphers, SecretProblem):
        return ciphers
    candidates = sources(environ, sealed.label)
    if not candidates:
        help_ = f"name the file that holds it in {FILES[0]} or {FILES[1]}"
        return SecretProblem("missing", f"no password is known for {_value(sealed)}", help_)
    plain = _first(sealed, candidates, environ, ciphers)
    if isinstance(plain, SecretProblem):
        return plain
    text = text_of(plain, "the Ansible Vault value")
    return text if isinstance(text, SecretProblem) else Resolved(Secret(text))


def _first(sealed: Sealed, candidates: list[Source], environ: Mapping[str, str], ciphers: Any) -> bytes | SecretProblem:
    """Try each password. A source that cannot be read is told only where no other one fits."""
    unread: SecretProblem | None = None
    for source in candidates:
        known = password(source, environ)
        if isinstance(known, SecretProblem):
            unread = unread or known
            continue
        plain = decrypt(sealed, known, ciphers)
        if plain is not None:
            return plain
    if unread is not None:
        return unread
    tried = ", ".join(source.path for source in candidates)
    return SecretProblem("unreadable", f"no known password opens {_value(sealed)} (tried: {tried})")


def _value(sealed: Sealed) -> str:
    return f"the Ansible Vault value of vault id '{sealed.label}'" if sealed.label else "the Ansible Vault value"
