"""Lines broken at words for a terminal, colours and code frames untouched."""

from __future__ import annotations

import re

from mailspec.render.marked import width

_COLOUR = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
# A line of a file with its mark, and a bar of a picture: broken they say nothing.
_FRAME = re.compile(r"[│└├─]")
_NARROWEST = 20  # columns; where less is left, the terminal breaks lines itself


def wrap(text: str, columns: int) -> str:
    """Break each line of more than ``columns`` columns at blanks; what follows is indented as the line is."""
    return "\n".join(_wrapped(line, columns) for line in text.split("\n"))


def _wrapped(line: str, columns: int) -> str:
    if _visible(line) <= columns or _FRAME.search(line):
        return line
    indent = line[: len(line) - len(line.lstrip(" "))]
    room = columns - len(indent)
    if room < _NARROWEST:
        return line
    lines, current, used = [], "", 0
    for word in line[len(indent) :].split(" "):
        size = _visible(word)
        if used and used + 1 + size > room:
            lines.append(indent + current.rstrip())
            current, used = word, size
        else:
            current, used = (f"{current} {word}", used + 1 + size) if used or current else (word, size)
    return "\n".join([*lines, indent + current])


def _visible(text: str) -> int:
    return width(_COLOUR.sub("", text) if "\x1b" in text else text)
