"""Ansible Vault's passwords: files or scripts that the environment names, each perhaps with a vault id."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mailspec.secrets.base import SecretProblem
from mailspec.secrets.command_run import run
from mailspec.secrets.paths import home_file, read
from mailspec.source.git import is_tracked

FILES = ("MAILSPEC_VAULT_PASSWORD_FILE", "ANSIBLE_VAULT_PASSWORD_FILE")
IDENTITIES = ("MAILSPEC_VAULT_IDENTITY_LIST", "ANSIBLE_VAULT_IDENTITY_LIST")


class Source(NamedTuple):
    """Where one password is. ``label`` is its vault id, ``""`` for the password without one."""

    label: str
    path: str


def sources(environ: Mapping[str, str], label: str) -> list[Source]:
    """Return the passwords to try: those of this vault id first, then the others, as Ansible does."""
    found = list(dict.fromkeys(_named(environ)))
    return sorted(found, key=lambda source: source.label != label)


def _named(environ: Mapping[str, str]) -> Iterator[Source]:
    for name in IDENTITIES:
        for word in environ.get(name, "").split(","):
            label, at, path = word.strip().rpartition("@")
            if path:
                yield Source(label if at else "", path)
    for name in FILES:
        if environ.get(name):
            yield Source("", environ[name])
            break


def password(source: Source, environ: Mapping[str, str]) -> bytes | SecretProblem:
    """Return one password, without white space around it. An executable file is run, as Ansible does, but none of a
    checkout.

    A script whose name ends in ``-client`` is told the vault id (``--vault-id ID``).
    """
    shown = f"the vault password file {source.path}"
    if source.path in ("prompt", "prompt_ask_vault_pass"):
        return SecretProblem("unreadable", "a vault password that is asked for cannot be used here", _HELP)
    path = home_file(source.path, environ)
    if path.is_file() and os.access(path, os.X_OK):
        if not path.is_absolute() or is_tracked(str(path)):
            # In a checkout the script is the change's own.
            return SecretProblem(
                "unsafe_path",
                f"{shown} is executable, and a change could have brought it",
                "name a script outside the repository by its absolute path, or make the file one that is only read",
            )
        ended = run(_script(path.absolute(), source.label), Path.cwd(), environ)
        if isinstance(ended, SecretProblem):
            return ended
        if ended.status:
            return SecretProblem("unreadable", f"the vault password script {source.path} failed")
        raw = ended.out
    else:
        text = read(path, source.path, "vault password file")
        if isinstance(text, SecretProblem):
            return text
        raw = text.raw
    return raw.strip() or SecretProblem("empty", f"{shown} is empty")


_HELP = f"write it into a file and name that in {FILES[0]}"


def _script(path: Path, label: str) -> list[str]:
    return [str(path), *(["--vault-id", label] if label and path.stem.endswith("-client") else [])]
