r"""Offsets to lines and columns and back. A line ends at ``\n``, ``\r\n`` or ``\r``, as YAML 1.2 section 5.4 says."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from mailspec.text.span import Span

_BREAK = r"\r\n?|\n"


class Lines:
    """Where each line of a text starts."""

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        if "\r" in text:
            self._starts = [0, *(match.end() for match in re.finditer(_BREAK, text))]
        else:
            self._starts = [0, *accumulate([len(line) + 1 for line in text.split("\n")])][:-1]
        self._length = len(text)

    def extent(self, line: int) -> tuple[int, int]:
        """Return where a line starts and ends, its break included; one behind the last is empty and ends the text."""
        if line > len(self._starts):
            return self._length, self._length
        return self._starts[line - 1], self._starts[line] if line < len(self._starts) else self._length

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; one outside the text is moved to its nearer end."""
        offset = min(max(offset, 0), self._length)
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        if 0 <= start <= end:
            # Nearly always both stand in one line.
            starts = self._starts
            line = bisect_right(starts, start)
            if end < (starts[line] if line < len(starts) else self._length):
                before = starts[line - 1] - 1
                return Span(line, start - before, line, end - before, start, end)
        return Span(*self.position(start), *self.position(end), start, end)


def line_start(text: str, offset: int) -> int:
    """Return the offset where the line of ``offset`` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return the offset of the line end at or behind ``offset``."""
    found = re.compile(r"[\r\n]|\Z").search(text, offset)
    return found.start() if found else len(text)
