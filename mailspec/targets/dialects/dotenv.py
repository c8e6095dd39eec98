"""``.env`` files as python-dotenv reads them, with its interpolation of ``${NAME}`` in force.

Source: python-dotenv 1.x, ``parser.py`` and ``variables.py`` (read November 2026), which the tests hold this
to. Values
are written in the form on which most readers agree (Node's dotenv, Compose): plain, else single quotes.
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
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
# Up to python-dotenv 1.1 a backslash before a quote hid it even where the backslash was itself escaped.
_OLD_SINGLE = re.compile(r"'((?:\\'|[^'])*)'")
_OLD_DOUBLE = re.compile(r'"((?:\\"|[^"])*)"')
_BARE = re.compile(r"[^\r\n]*")
_REST = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|\Z)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_COMMENT = re.compile(r"\s+#.*")
_SINGLE_ESCAPE = re.compile(r"\\[\\']")
_DOUBLE_ESCAPE = re.compile(r"\\[\\'\"abfnrtv]")
_MEANING = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLAIN = re.compile(r"[A-Za-z0-9_@%+:,./=-]+")
_EXPANDED = re.compile(r"\$\{[^}]*\}")


class Dotenv:
    """Single quotes, double quotes with escapes, or a bare text up to `` #``."""

    name = "dotenv"

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments; what the reader cannot understand is skipped to the line's end, as it
        does."""
        return _parse(text, _SINGLE, _DOUBLE)

    def quote(self, value: str) -> str | None:
        """Return the first form that reads back as the value."""
        if _PLAIN.fullmatch(value):
            return value
        doubled = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        single, double = f"'{value}'", f'"{doubled}"'
        # One line with \n is read by more programs than quotes over several lines.
        forms = (double, single) if "\n" in value else (single, double, value)
        return next((form for form in forms if self._reads_back(form, value)), None)

    def _reads_back(self, form: str, value: str) -> bool:
        # Quotes in a following line must not be able to change how this one is read.
        text = f"K={form}\nL='x'\nM=\"y\"\n"
        wanted = [("K", value), ("L", "x"), ("M", "y")]
        readers = ((_SINGLE, _DOUBLE), (_OLD_SINGLE, _OLD_DOUBLE))
        if compose(form) != value or node(form) != value:
            return False
        return "\0" not in value and all(
            [(item.key, item.value) for item in _parse(text, *quotes)] == wanted for quotes in readers
        )

    def why_not(self, value: str) -> str:
        """Say what the reader would do to the value."""
        if _EXPANDED.search(value):
            return "it holds ${...}, which readers of .env files replace even in quotes"
        if "$" in value:
            return "it holds $ and '', and within double quotes readers of .env files take $ for a variable"
        return "no way of quoting makes all readers of .env files (python-dotenv, Compose, Node) give it back unchanged"

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
    entry = None if _EXPANDED.search(value) else value
    return Assignment(name, entry, start, rest.end(), at, value_end), rest.end()


def _bare(text: str, at: int) -> str:
    found = _BARE.match(text, at)
    return _COMMENT.sub("", found[0] if found else "").rstrip()


def _universal(text: str) -> str:
    """Return the text with the line ends that Python's text files give."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unescape(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: _MEANING.get(match[0][1], match[0][1]), text)
