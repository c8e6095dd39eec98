"""Hosts that are one slip away from a known one: ``smpt.gmail.com``, ``smtp.gmial.com``, ``smtp.gmail.con``."""

from __future__ import annotations

from functools import cache, lru_cache

from mailspec.providers.hostnames import normal
from mailspec.providers.index import index, match_host

# First labels that are words for a mail server: one of them is no slip for another.
_SERVICES = frozenset({"smtp", "smtps", "smtp2", "mail", "mails", "send", "out", "relay", "submission", "smtpout"})
# Below this length too much is one letter away by chance.
_SHORTEST = 10


@lru_cache(maxsize=256)
def near_host(host: str) -> str | None:
    """Return the known host that differs by one letter (missing, doubled, other, or two swapped), else ``None``.

    A host that a provider lists is never a slip, nor is one whose own domain is a known one's neighbour by design:
    names that differ only in a digit, in the country behind the last dot, or in the word for the service.
    """
    name = normal(host)
    if len(name) < _SHORTEST or match_host(name) is not None:
        return None
    return next((known for known in _known() if abs(len(known) - len(name)) <= 1 and _is_slip(name, known)), None)


@cache
def _known() -> tuple[str, ...]:
    return tuple(name for name in index()["hosts"] if len(name) >= _SHORTEST)


def _is_slip(name: str, known: str) -> bool:
    start = next((at for at, pair in enumerate(zip(name, known, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        # One is the beginning of the other: ".co" for ".com".
        return len(name) != len(known)
    label, _, _ = name.partition(".")
    if start <= len(label) and label in _SERVICES:
        return False
    rest, other = name[start:], known[start:]
    if any(letter.isdigit() for letter in (rest[0], other[0])):
        return False
    if len(name) == len(known):
        swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
        return swapped or (rest[1:] == other[1:] and not _only_the_country(name, known, start))
    return rest[1:] == other if len(name) > len(known) else rest == other[1:]


def _only_the_country(name: str, known: str, at: int) -> bool:
    """Tell whether two names differ only in their last label, both of two letters: ``.de`` and ``.be``."""
    dot = name.rfind(".")
    return at > dot and len(name) - dot == 3 and len(known) - known.rfind(".") == 3
