"""Domains that mix scripts, and how they look in the DNS."""

from __future__ import annotations

import unicodedata


def mixed_script(domain: str) -> bool:
    """Tell whether one label of a domain mixes scripts that are not written together."""
    if domain.isascii() and "xn--" not in domain:
        return False
    return any(len(_scripts(label)) > 1 for label in domain.split("."))


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(character, "?").split()[0] for character in label if character.isalpha()}


def punycode(domain: str) -> str:
    """Return a domain as it stands in the DNS."""
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain
