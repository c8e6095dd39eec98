"""What stands around a secret and does not belong to it: told by kind and place, never by the secret's own text."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c"}
_CURLY = frozenset("\u2018\u2019\u201a\u201c\u201d\u201e")
_BLANKS = frozenset(" \t")
_LINE_ENDS = frozenset("\r\n")


def edge_problem(secret: str) -> str | None:
    """Say which kind of character stands around a password or token, ``None`` where none does.

    >>> edge_problem("abc\\n"), edge_problem('"abc"'), edge_problem("a b'c")
    ('a line end at its end', 'quotes around it', None)
    """
    if not secret:
        return None
    if secret[0] == "\ufeff":
        return "a byte order mark at its start"
    for where, mark in (("start", secret[0]), ("end", secret[-1])):
        if mark in _LINE_ENDS:
            return f"a line end at its {where}"
        if mark in _BLANKS:
            return f"a blank at its {where}"
    if len(secret) > 2 and _QUOTES.get(secret[0]) == secret[-1]:
        return "quotes around it"
    if _CONTROL.search(secret):
        return "a line break or another control character in it"
    if any(mark in "\u00a0\u2007\u202f" for mark in secret):
        return "a no-break space in it"
    if secret[0] in _CURLY or secret[-1] in _CURLY:
        return "a curly quote around it"
    return None
