"""Pieces of English that messages share: whole sentences, and lists that are cut short."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

# A command is shown as it is typed.
_COMMANDS = ("mailspec ", "pip ", "chmod ", "sops ", "age-keygen ", "git ")


def sentence(text: str) -> str:
    """Return a text with a capital letter first and a full stop last; commands, names and addresses keep theirs."""
    text = text.strip()
    if not text or text.startswith(_COMMANDS):
        return text
    return with_stop(capitalised(text))


def with_stop(text: str) -> str:
    """Return the text with one full stop at its end."""
    return text if text.endswith((".", "?", "!")) or not text else f"{text}."


def capitalised(text: str) -> str:
    """Return a text with a capital letter first, unless it begins with a name or an address, which is never respelt."""
    word = text.split(maxsplit=1)[0].rstrip(",;:.") if text.strip() else ""
    return text[0].upper() + text[1:] if word.isalpha() and word.islower() else text


def shorten_list(names: Iterable[str], most: int, *, total: int | None = None, between: str = ", ") -> str:
    """Return a list in one line, at most ``most`` of it and how many more there are, of ``total`` if not all are given.

    >>> shorten_list(["a", "b", "c", "d", "e"], 2)
    'a, b and 3 more'
    >>> shorten_list(["a", "b"], 2, total=1500)
    'a, b and 1,498 more'
    """
    if total is None:
        names = list(names)
        total = len(names)
    first = between.join(islice(names, most))
    more = total - most
    return f"{first} and {more:,} more" if more > 0 else first
