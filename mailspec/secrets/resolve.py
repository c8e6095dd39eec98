"""References to values. No other package sees how a secret is fetched, and none keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.files.memory import forbid_dumps
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.registry import BACKENDS


def resolve(reference: Mapping[str, Any], base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the secret that a reference such as ``{"env": "ACME_SMTP_PASSWORD"}`` names.

    ``base`` is the folder at which relative paths start and below which they stay: the project's, where the
    reference was made relative to it. Never raises for what the reference or the machine holds.
    """
    forbid_dumps()
    names = [name for name in reference if name in BACKENDS]
    if len(names) != 1:
        known = ", ".join(BACKENDS)
        return SecretProblem("malformed", f"a secret reference names exactly one of: {known}")
    return BACKENDS[names[0]](reference[names[0]], base, environ)


def describe(reference: Mapping[str, Any]) -> str:
    """Return a reference as people read it, such as ``env ACME_SMTP_PASSWORD``."""
    for name, word in reference.items():
        if name == "ansible_vault":
            return "an Ansible Vault value"
        if name in BACKENDS:
            return f"{name} {' '.join(map(str, word)) if isinstance(word, list) else word}"
    return "a secret"
