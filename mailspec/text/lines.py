r"""Offsets to lines and columns and back. A line ends at ``\n``, ``\r\n`` or ``\r``, as YAML 1.2 section 5.4 says."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from mailspec.text.span import Span

_BREAK = r"\r\n?|\n"
BOM = "\ufeff"


class Lines:
    """Where each line of a text starts."""

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        if "\r" in text:
            self._starts = [0, *(match.end() for match in re.finditer(_BREAK, text))]
        else:
            lengths = (len(line) + 1 for line in text.split("\n"))
            self._starts = [0, *accumulate(lengths)][:-1]
        self._length = len(text)

    @property
    def extents(self) -> Sequence[tuple[int, int]]:
        """Where each line starts and ends; its line break belongs to it."""
        return list(zip(self._starts, [*self._starts[1:], self._length], strict=True))

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; one outside the text is moved to its nearer end."""
        offset = min(max(offset, 0), self._length)
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        return Span(*self.position(start), *self.position(end), start, end)


def offset_of(text: str, line: int, column: int) -> int:
    """Return the offset of a line and column; one past a line's end is moved to that end.

    A byte order mark at the start of the text is no column.
    """
    start, found = (1 if text.startswith(BOM) else 0), 1
    for match in re.finditer(_BREAK, text) if line > 1 else ():
        found += 1
        start = match.end()
        if found == line:
            break
    if found < line:
        return len(text)
    stop = re.compile(_BREAK).search(text, start)
    return min(start + column - 1, stop.start() if stop else len(text))


def line_start(text: str, offset: int) -> int:
    """Return the offset where the line of ``offset`` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return the offset of the line end at or behind ``offset``."""
    found = re.compile(r"[\r\n]|\Z").search(text, offset)
    return found.start() if found else len(text)
