"""``EnvironmentFile=`` of systemd units.

Source: systemd.exec(5), "EnvironmentFile=", and the parser in ``src/basic/env-file.c`` of systemd 252
(Debian 12), which
the tests call. A comment that ends in a backslash goes on in the next line up to version 253 and no longer
since 254.
"""

from __future__ import annotations

import re

from mailspec.targets.dialects.base import Assignment, own_newline

_PLAIN = re.compile(r"[A-Za-z0-9_@%+:,./=-]+")
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPED = '"\\`$'
_SPACE = " \t\n\r"


class Systemd:
    """Shell-like quoting without expansion: what is quoted may span lines, parts may follow each other."""

    name = "systemd"

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments as systemd's state machine finds them."""
        found: list[Assignment] = []
        at = 0
        while at < len(text):
            if text[at] in _SPACE:
                at += 1
            elif text[at] in "#;":
                at = _comment_end(text, at)
            else:
                at = self._entry(text, at, found)
        return found

    def _entry(self, text: str, start: int, found: list[Assignment]) -> int:
        at = start + 1  # the first character belongs to the key, even if it is "="
        while at < len(text) and text[at] not in "=\n\r":
            at += 1
        if at == len(text) or text[at] != "=":
            return at
        key = text[start:at].rstrip(_SPACE)
        at += 1
        while at < len(text) and text[at] in " \t":
            at += 1
        value_start = at
        value, at, value_end = _value(text, at)
        end = at
        if text.startswith("\r\n", at):
            end += 2
        elif at < len(text):
            end += 1
        if not key.startswith("="):
            found.append(Assignment(key, value, start, end, value_start, value_end))
        return end

    def quote(self, value: str) -> str | None:
        """Return the value plain where nothing in it is special, else in double quotes."""
        if _BAD.search(value) or any(ord(char) & 0xFFFE == 0xFFFE for char in value):
            return None
        if _PLAIN.fullmatch(value):
            return value
        return '"' + "".join("\\" + char if char in _ESCAPED else char for char in value) + '"'

    def why_not(self, value: str) -> str:  # noqa: ARG002
        """Say what systemd refuses."""
        return "it holds a control character, a byte order mark or a character that is no valid UTF-8"

    def line(self, key: str, quoted: str) -> str:
        """Return ``KEY=value``."""
        return f"{key}={quoted}"

    def newline(self, text: str) -> str:
        """Return the text's own line end."""
        return own_newline(text)


def _comment_end(text: str, at: int) -> int:
    while at < len(text) and text[at] not in "\n\r":
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def _value(text: str, at: int) -> tuple[str, int, int]:
    """Return the value, the offset of its line's end, and the offset at which the written value ends."""
    parts: list[str] = []
    kept = 0  # the parts that trailing white space must not be taken from
    bare = False
    while at < len(text) and text[at] not in "\n\r":
        char = text[at]
        if char in "'\"" and not bare:
            piece, at = _quoted(text, at)
            parts.append(piece)
            kept = len(parts)
        elif char == "\\":
            if at + 1 < len(text) and text[at + 1] not in "\n\r":
                parts.append(text[at + 1])
            kept, bare, at = len(parts), True, at + 2
        elif char in " \t" and not bare:
            at += 1
        else:
            bare = True
            parts.append(char)
            kept = kept if char in " \t" else len(parts)
            at += 1
    at = min(at, len(text))
    end = at
    while end > 0 and text[end - 1] in " \t" and len(parts) > kept:
        parts.pop()
        end -= 1
    return "".join(parts), at, end


def _quoted(text: str, at: int) -> tuple[str, int]:
    mark, at = text[at], at + 1
    parts: list[str] = []
    while at < len(text) and text[at] != mark:
        if mark == '"' and text[at] == "\\":
            at += 1
            if at == len(text):
                break
            if text[at] in _ESCAPED:
                parts.append(text[at])
            elif text[at] != "\n":
                parts.append("\\" + text[at])
        else:
            parts.append(text[at])
        at += 1
    return "".join(parts), min(at + 1, len(text))
