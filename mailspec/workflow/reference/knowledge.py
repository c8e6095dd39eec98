"""``providers``: what is known of mail providers, each fact with its source, as plain data."""

from __future__ import annotations

from typing import Any

from mailspec.providers import Provider, all_ids, by_id, ids_and_aliases, match_host
from mailspec.text import suggest
from mailspec.workflow.project import UsageError


def listed() -> list[dict[str, Any]]:
    """Return a short record of each provider, in order of their ids."""
    return [_short(provider) for name in all_ids() if (provider := by_id(name)) is not None]


def find(wanted: str) -> Provider:
    """Return a provider by id, alias, name or one of its hosts.

    Raises:
        UsageError: nobody is known by that word; the message names the nearest.
    """
    word = wanted.strip().lower()
    found = by_id(word) or by_id(word.replace("-", "_").replace(" ", "_")) or _by_name(word)
    if found is None and "." in word:
        found = match_host(word)
    if found is None:
        near = suggest(word, ids_and_aliases())
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"There is no provider '{wanted}'.{hint} mailspec providers lists them.")
    return found


def _by_name(word: str) -> Provider | None:
    found = (by_id(name) for name in all_ids())
    return next((entry for entry in found if entry is not None and entry.name.lower() == word), None)


def _short(provider: Provider) -> dict[str, Any]:
    preset = provider.preset
    return {
        "id": provider.id,
        "name": provider.name,
        "aliases": list(provider.aliases),
        "docs": provider.docs,
        "hosts": list(provider.hosts),
        "preset": None if preset is None else preset._asdict(),
        "methods": list(provider.methods),
    }


def described(provider: Provider) -> dict[str, Any]:
    """Return everything that is known of a provider; each part carries its source instead of the source's key."""
    known = {key: value for key, value in provider.data.items() if key != "sources"}
    data: dict[str, Any] = _with_sources(known, provider)
    return data


def _with_sources(part: Any, provider: Provider) -> Any:
    if isinstance(part, list):
        return [_with_sources(entry, provider) for entry in part]
    if not isinstance(part, dict):
        return part
    current = {key: _with_sources(value, provider) for key, value in part.items() if key != "source"}
    if "source" in part:
        fact = provider.fact(part)
        current["source"] = {"page": fact.source, "checked": fact.checked, "confidence": fact.confidence}
    return current
