""".env files, in forms that every reader of them takes alike.

Sources: python-dotenv 1.x, ``parser.py`` and ``variables.py``, whose reading ``parse`` follows; Compose, Node's dotenv
and dotenv-expand, Ruby's dotenv, phpdotenv (Laravel) and Symfony's Dotenv (read November 2026), to which the tests hold
what is written. Values are written plain, else in single quotes, else in double ones.
"""

from __future__ import annotations

import re

from mailspec.targets.dialects.base import Assignment, own_newline
from mailspec.targets.dialects.dotenv_readers import compose, node

_SKIP = re.compile(r"\s*")
_EXPORT = re.compile(r"(?:export[^\S\r\n]+)?")
_KEY = re.compile(r"'(?P<quoted>[^']+)'|(?!')(?P<plain>[^=\#\s]+)")
_BLANK = re.compile(r"[^\S\r\n]*")
_EQUAL = re.compile(r"=[^\S\r\n]*")
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*+)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*+)"', re.DOTALL)
# Up to python-dotenv 1.1 a backslash before a quote hid it even where the backslash was itself escaped.
_OLD_SINGLE = re.compile(r"'((?:\\'|[^'])*)'")
_OLD_DOUBLE = re.compile(r'"((?:\\"|[^"])*)"')
_BARE = re.compile(r"[^\r\n]*")
_REST = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|\Z)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_COMMENT = re.compile(r"(?<!\s)\s++#.*")
_SINGLE_ESCAPE = re.compile(r"\\[\\']")
_DOUBLE_ESCAPE = re.compile(r"\\[\\'\"abfnrtv]")
_MEANING = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLAIN = re.compile(r"[A-Za-z0-9_@%+:,./=-]+")
_BARE_WORD = re.compile(r"(?:[A-Za-z0-9_@%+:,./=-]|\\(?!\\))+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Dotenv:
    """Single quotes, double quotes with escapes, or a bare text up to `` #``.

    ``expands``: some reader, such as dotenv-expand, looks for ``$`` in what the quotes gave, too: no form keeps it.
    """

    def __init__(self, name: str, *, expands: bool) -> None:
        self.name = name
        self.expands = expands

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments; what the reader cannot understand is skipped to the line's end, as it
        does."""
        return _parse(text, _SINGLE, _DOUBLE)

    def quote(self, value: str) -> str | None:
        """Return the first form that reads back as the value, with every reader."""
        if _PLAIN.fullmatch(value):
            return value
        if _CONTROL.search(value) or ("$" in value and self.expands):
            return None
        escaped = value.replace("\n", "\\n").replace("\r", "\\r")
        # PHP's readers and Ruby's take no line breaks within single quotes, or no backslashes within double ones.
        forms = [] if "\n" in value or "\r" in value else [f"'{value}'"]
        forms += [] if "\\" in value or '"' in value else [f'"{escaped}"']
        # A backslash at the end stands without quotes or nowhere.
        forms += [value] if _BARE_WORD.fullmatch(value) else []
        return next((form for form in forms if self._reads_back(form, value)), None)

    def _reads_back(self, form: str, value: str) -> bool:
        # Quotes in a following line must not be able to change how this one is read.
        text = f"K={form}\nL='x'\nM=\"y\"\n"
        wanted = [("K", value), ("L", "x"), ("M", "y")]
        readers = ((_SINGLE, _DOUBLE), (_OLD_SINGLE, _OLD_DOUBLE))
        if compose(form) != value or node(form) != value:
            return False
        return all([(item.key, item.value) for item in _parse(text, *quotes)] == wanted for quotes in readers)

    def why_not(self, value: str) -> str:
        """Say what the reader would do to the value."""
        if "$" in value and self.expands:
            return (
                "it holds $, which readers such as dotenv-expand (Next.js, Vite) replace in any quotes; "
                "where the program leaves single quotes alone, write dialect: dotenv_literal"
            )
        if _is_expanded(value):
            return "it holds ${...}, which python-dotenv replaces even in single quotes"
        if "$" in value:
            return "it holds $ and ', and within double quotes readers of .env files take $ for a variable"
        if _CONTROL.search(value):
            return "it holds a control character"
        return "no way of quoting makes all readers of .env files give it back unchanged"

    def line(self, key: str, quoted: str) -> str:
        """Return ``KEY=value``."""
        return f"{key}={quoted}"

    def newline(self, text: str) -> str:
        """Return the text's own line end."""
        return own_newline(text)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()


def _parse(text: str, single: re.Pattern[str], double: re.Pattern[str]) -> list[Assignment]:
    found: list[Assignment] = []
    at = 1 if text.startswith("\ufeff") else 0
    while (at := _end(_SKIP, text, at)) < len(text):
        entry, at = _entry(text, at, single, double)
        if entry is None:
            at = _end(_LINE, text, at)
        else:
            found.append(entry)
    return found


def _entry(text: str, start: int, single: re.Pattern[str], double: re.Pattern[str]) -> tuple[Assignment | None, int]:
    """Return the assignment and where reading goes on; without one, where it failed."""
    at = _end(_EXPORT, text, start)
    key = _KEY.match(text, at)
    if key is None:
        return None, at
    at = _end(_BLANK, text, key.end())
    name = _universal(key["quoted"] or key["plain"])
    equal = _EQUAL.match(text, at)
    if equal is None:
        # A name alone takes an earlier value away.
        rest = _REST.match(text, at)
        if rest is None:
            return None, at
        return Assignment(name, None, start, rest.end(), at, at, editable=False), rest.end()
    at = equal.end()
    mark = text[at : at + 1]
    if mark == "'" or mark == '"':
        quoted = (single if mark == "'" else double).match(text, at)
        if quoted is None:
            return None, at
        escapes = _SINGLE_ESCAPE if mark == "'" else _DOUBLE_ESCAPE
        value, value_end = _unescape(escapes, _universal(quoted[1])), quoted.end()
    else:
        value = "" if mark == "#" and len(equal[0]) > 1 else _bare(text, at)
        value_end = at + len(value)
    rest = _REST.match(text, value_end)
    if rest is None:
        return None, value_end
    entry = None if _is_expanded(value) else value
    return Assignment(name, entry, start, rest.end(), at, value_end), rest.end()


def _bare(text: str, at: int) -> str:
    found = _BARE.match(text, at)
    return _COMMENT.sub("", found[0] if found else "").rstrip()


def _is_expanded(value: str) -> bool:
    """Tell whether a text holds ``${...}``."""
    at = value.find("${")
    return at >= 0 and "}" in value[at:]


def _universal(text: str) -> str:
    """Return the text with the line ends that Python's text files give."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unescape(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: _MEANING.get(match[0][1], match[0][1]), text)
