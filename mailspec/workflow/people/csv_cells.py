"""Where the cells of a table stand. Looked up only for what is told: nearly all cells never are."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate

from mailspec.outcome.location import Location
from mailspec.text.lines import Lines

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def physical_lines(text: str) -> list[str]:
    """Return a text's lines with their ends, whichever these are."""
    return _LINE.findall(text)


class Cells:
    """Finds cells by the line on which their row starts (from 1) and their number in it (from 0)."""

    def __init__(self, name: str, text: str, delimiter: str) -> None:
        self.name = name
        self._text = text
        d = re.escape(delimiter)
        self._cell = re.compile(rf'"(?:[^"]|"")*"?|[^{d}\r\n]*')
        self._delimiter = delimiter

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(map(len, physical_lines(self._text)))]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    def locate(self, line: int, number: int) -> Location:
        """Return a cell's place, without white space around it; the row's last one where it has fewer."""
        at = self._starts[min(line, len(self._starts)) - 1]
        while True:
            found = self._cell.match(self._text, at)
            end = at if found is None else found.end()
            if number == 0 or self._text[end : end + 1] != self._delimiter:
                break
            at, number = end + 1, number - 1
        cell = self._text[at:end]
        start = at + len(cell) - len(cell.lstrip())
        span = self._lines.span(start, max(start, at + len(cell.rstrip())))
        return Location(self.name, span.line, span.column, span.end_line, span.end_column)
