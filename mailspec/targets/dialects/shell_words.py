"""The words of one simple shell command, with their places and, where only quoting is used, their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BREAKS = "&|<>()"
_PARAMETER = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Word:
    """``value`` is ``None`` where the shell would expand something."""

    raw: str = field(repr=False)
    value: str | None = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Command:
    """``start`` is the first word's (or the line's) offset, ``end`` lies after the line end or ``;``."""

    words: list[Word]
    start: int
    end: int


def command(text: str, at: int) -> Command | None:
    """Read one command from an offset; ``None`` where it holds more than words (pipes, redirections,
    groups)."""
    words: list[Word] = []
    start = at
    while at < len(text):
        char = text[at]
        if char in " \t":
            at += 1
        elif text.startswith("\\\n", at):
            at += 2
        elif char in "\n;":
            return Command(words, start, at + 1)
        elif char == "#":
            end = text.find("\n", at)
            return Command(words, start, len(text) if end < 0 else end + 1)
        elif char in _BREAKS:
            return None
        else:
            word = _word(text, at)
            if word is None:
                return None
            words.append(word)
            at = word.end
    return Command(words, start, at)


def _word(text: str, start: int) -> Word | None:
    at = start
    parts: list[str] = []
    literal = True
    while at < len(text) and text[at] not in " \t\n;" and text[at] not in _BREAKS:
        char = text[at]
        if char == "'":
            end = text.find("'", at + 1)
            if end < 0:
                return None
            parts.append(text[at + 1 : end])
            at = end + 1
        elif char == '"':
            piece = _double(text, at)
            if piece is None:
                return None
            parts.append(piece[0])
            literal, at = literal and piece[1], piece[2]
        elif char == "\\":
            # At the very end a backslash stands for itself; before a line end both go.
            parts.append("" if text.startswith("\n", at + 1) else text[at + 1 : at + 2] or "\\")
            at += 2
        elif parameter := _PARAMETER.match(text, at):
            literal, at = False, parameter.end()
        elif char == "`" or text.startswith(("$(", "${"), at):
            return None
        else:
            literal = literal and not _expands(text, at, start)
            parts.append(char)
            at += 1
    at = min(at, len(text))
    return Word(text[start:at], "".join(parts) if literal else None, start, at)


def _expands(text: str, at: int, start: int) -> bool:
    if text[at] == "~":
        return text[at - 1 : at] in ("=", ":") or at == start
    return text[at] in "*?[" or (text[at] == "$" and _is_parameter(text[at + 1 : at + 2]))


def _is_parameter(char: str) -> bool:
    return char.isalnum() or char in tuple("_@*#?-$!'\"")


def _double(text: str, start: int) -> tuple[str, bool, int] | None:
    """Return the text in double quotes, whether it is literal, and the offset after it."""
    parts: list[str] = []
    literal = True
    at = start + 1
    while at < len(text):
        char = text[at]
        if char == '"':
            return "".join(parts), literal, at + 1
        if char == "\\" and text[at + 1 : at + 2] in tuple('$`"\\\n'):
            parts.append(text[at + 1].replace("\n", ""))
            at += 2
            continue
        if parameter := _PARAMETER.match(text, at):
            literal, at = False, parameter.end()
            continue
        if char == "`" or text.startswith(("$(", "${"), at):
            return None
        literal = literal and not (char == "$" and _is_parameter(text[at + 1 : at + 2].strip("'\"")))
        parts.append(char)
        at += 1
    return None
