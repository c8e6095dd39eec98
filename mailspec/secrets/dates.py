"""When a secret was last changed, where the backend knows. No secret is read for it."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailspec.secrets import keyring, vault
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.paths import place, read

Dated = Callable[[Any, Path, Mapping[str, str]], datetime | None]

# sops keeps it in clear, in each of its formats: lastmodified: "2026-11-21T12:02:49Z"
_MODIFIED = re.compile(rb"""(?m)^[^#\n]*?lastmodified["']?\s*[:=]\s*["']?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z""")
_LARGEST = 1024 * 1024  # bytes of a sops file


def changed(reference: Mapping[str, Any], base: Path, environ: Mapping[str, str]) -> datetime | None:
    """Return when the secret was last changed (UTC), ``None`` where nobody knows."""
    for name, word in reference.items():
        if name in DATES:
            try:
                return DATES[name](word, base, environ)
            except (ArithmeticError, OSError, ValueError):
                # No calendar has such a day.
                return None
    return None


def _file(word: Any, base: Path, environ: Mapping[str, str]) -> datetime | None:
    path = place(word, base) if isinstance(word, str) else None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if isinstance(path, Path) else None


def _sops(word: Any, base: Path, environ: Mapping[str, str]) -> datetime | None:
    """Return when any value of the file was changed last: the secret may be older, never newer."""
    path = place(str(word).rpartition("#")[0], base)
    text = read(path, "", limit=_LARGEST) if isinstance(path, Path) else path
    found = None if isinstance(text, SecretProblem) else _MODIFIED.search(text.raw)
    return None if found is None else datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC)


def _vault(word: Any, base: Path, environ: Mapping[str, str]) -> datetime | None:
    target = vault.split(word)
    if isinstance(target, SecretProblem):
        return None
    entry = vault.ask(environ, f"{target.mount}/{target.path}", lambda client: vault.read(client, target))
    made = None if isinstance(entry, SecretProblem) else (entry.get("metadata") or {}).get("created_time")
    return datetime.fromisoformat(str(made)[:19]).replace(tzinfo=UTC) if made else None


def _keyring(word: Any, base: Path, environ: Mapping[str, str]) -> datetime | None:
    names = keyring.split(word)
    if isinstance(names, SecretProblem):
        return None
    found = keyring.ask(lambda library: _modified(library.get_keyring(), *names))
    return datetime.fromtimestamp(found, UTC) if isinstance(found, int) and found else None


def _modified(backend: Any, service: str, user: str) -> int | None:
    """Ask a Secret Service for the item's own date (seconds since 1970); other keyrings keep none that is shared."""
    if not hasattr(backend, "get_preferred_collection"):
        return None
    collection = backend.get_preferred_collection()
    try:
        for item in collection.search_items({"service": service, "username": user}):
            return int(item.get_modified())
    finally:
        collection.connection.close()
    return None


DATES: dict[str, Dated] = {"file": _file, "sops": _sops, "vault": _vault, "keyring": _keyring}
