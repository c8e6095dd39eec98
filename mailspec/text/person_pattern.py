"""A text in which ``{email}`` stands for a person's address, as a pattern."""

from __future__ import annotations

import re

from mailspec.text.address import PLACEHOLDER


def person_pattern(text: str) -> re.Pattern[str]:
    """Return what fits a text once an address is filled in, as the group ``email``; it is the same one each time.

    >>> found = person_pattern("mail/{email}/{email}.pw").fullmatch("mail/a@acme.example/a@acme.example.pw")
    >>> found and found["email"]
    'a@acme.example'
    """
    first, *more = map(re.escape, text.split(PLACEHOLDER))
    group = "(?P<email>[^/]+)"
    for part in more:
        first += group + part
        group = "(?P=email)"
    return re.compile(first)


class PersonPatterns:
    """Many of them: which of them fit a text is found by how they begin and end, not by trying each.

    >>> known = PersonPatterns()
    >>> known.add("mail/{email}.pw"), known.add("post/{email}.pw")
    (None, None)
    >>> known.fitting("mail/a@acme.example.pw")
    ['mail/{email}.pw']
    """

    def __init__(self) -> None:
        self._patterns: dict[tuple[str, str], dict[str, re.Pattern[str]]] = {}
        self._lengths: dict[tuple[int, int], None] = {}

    def add(self, text: str) -> None:
        """Add a text that holds ``{email}``."""
        ends = text.partition(PLACEHOLDER)[0], text.rpartition(PLACEHOLDER)[2]
        self._lengths[len(ends[0]), len(ends[1])] = None
        known = self._patterns.setdefault(ends, {})
        if text not in known:
            known[text] = person_pattern(text)

    def fitting(self, text: str) -> list[str]:
        """Return those that a text fits."""
        near = (self._patterns.get((text[:first], text[len(text) - last :]), {}) for first, last in self._lengths)
        return [name for patterns in near for name, pattern in patterns.items() if pattern.fullmatch(text)]
