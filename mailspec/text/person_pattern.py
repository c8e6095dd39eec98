"""A text in which ``{email}`` stands for a person's address, as a pattern."""

from __future__ import annotations

import re

PLACEHOLDER = "{email}"
# All may stand before the @ (RFC 5322 section 3.2.3), and are more than a name in a path, in a URL or in sops' words.
_UNFIT = frozenset("/\\#?%\0")


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


def fits(email: str) -> bool:
    """Tell whether an address may take the pattern's place: it brings no folder, field, query or option of its own.

    >>> fits("ann+x@acme.example"), fits("../../ann@acme.example"), fits("a#b@acme.example"), fits("-c@acme.example")
    (True, False, False, False)
    """
    return _UNFIT.isdisjoint(email) and not email.startswith("-")
