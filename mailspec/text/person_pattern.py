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
