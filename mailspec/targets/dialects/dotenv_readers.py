"""How Compose and Node's dotenv take one value of a ``.env`` file as it is written.

Sources: compose-go, ``dotenv/parser.go`` (``extractVarValue``, ``expandEscapes``); dotenv for Node 16 and 17,
``lib/main.js`` (``LINE``, ``parse``); both read November 2026.
"""

from __future__ import annotations

import re

_ESCAPES = re.compile(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})')
_MEANING = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_NODE = re.compile(
    r"""\s*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\r\n]*(?:#[^\r\n]*)?(?:\r?\n|\Z)"""
)


def compose(form: str) -> str | None:
    """Return what Compose reads; ``None`` where it fails, or puts a variable's value in place of ``$NAME``."""
    mark = form[:1]
    if mark not in {"'", '"'}:
        value = form.partition(" #")[0].rstrip()
        return None if "$" in value or "\n" in value else value
    value = ""
    escaped = False
    for at, character in enumerate(form[1:], 1):
        if character == mark and not escaped:
            if form[at + 1 :]:
                return None
            return value if mark == "'" else _expanded(value)
        if character == "\\" and not escaped:
            escaped = True
            continue
        # Only the quote loses its backslash here; what else is escaped is looked at later.
        value += ("\\" if escaped and character != mark else "") + character
        escaped = False
    return None


def _expanded(value: str) -> str | None:
    found = ""
    at = 0
    for match in _ESCAPES.finditer(value):
        before = value[at : match.start()]
        if "$" in before:
            return None
        letter = match.group()[1]
        if letter == "0" or letter == "c":
            return None
        found += before + ("$" if letter == "$" else _MEANING[letter])
        at = match.end()
    return None if "$" in value[at:] else found + value[at:]


def node(form: str) -> str | None:
    """Return what dotenv for Node reads; ``None`` where it does not take the whole of it."""
    match = _NODE.fullmatch(form)
    if match is None:
        return None
    value = (match[1] or "").strip()
    mark = value[:1]
    if len(value) > 1 and mark in "'\"`" and value.endswith(mark):
        value = value[1:-1]
    return value.replace("\\n", "\n").replace("\\r", "\r") if mark == '"' else value
