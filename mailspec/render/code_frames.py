"""Code frames: the lines around a place, cut into what is marked and what is not."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from mailspec.outcome.location import Location


class Line(NamedTuple):
    """One line: its number, and its text before, in and after the mark. Lines of context have no mark."""

    number: int
    before: str
    marked: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return self.before + self.marked + self.after


def frame(
    texts: Mapping[str, str], place: Location | None, *, context: int = 0, longest: int = 400
) -> tuple[Line, ...]:
    """Return the place's first line with its mark and ``context`` lines on both sides; empty where there is no text.

    Lines over ``longest`` code points are cut around the mark.
    """
    text = None if place is None else texts.get(place.file)
    if place is None or text is None:
        return ()
    lines, line = _lines(text), place.line
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return ()
    if not context:
        return (_marked(lines[line - 1], place, longest),)
    first, last = max(1, place.line - context), min(len(lines), place.line + context)
    if last == len(lines) and not lines[-1] and last > place.line:
        last -= 1
    return tuple(
        _marked(lines[number - 1], place, longest)
        if number == place.line
        else Line(number, lines[number - 1][:longest])
        for number in range(first, last + 1)
    )


# The texts that were split last, the latest first. They are told apart by what they are, not by what they say: to
# compare two equal ones of a mebibyte takes as long as to split many lines.
_split: deque[tuple[str, tuple[str, ...]]] = deque(maxlen=8)


def _lines(text: str) -> tuple[str, ...]:
    """Split a text once, however many findings point into it, at the line breaks of YAML 1.2 (section 5.4)."""
    for entry, lines in _split:
        if entry is text:
            return lines
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    _split.appendleft((text, lines))
    return lines


def _marked(line: str, place: Location, longest: int) -> Line:
    _, number, column, end_line, end_column = place
    length = len(line)
    start = column - 1 if column <= length else length
    end = end_column - 1 if end_line == number and end_column <= length else length
    end = max(end, start)
    if length <= longest:
        return Line(number, line[:start], line[start:end], line[end:])
    first = max(0, min(start - longest // 4, len(line) - longest))
    last = first + longest
    return Line(place.line, line[first:start], line[start : min(end, last)], line[end:last] if end < last else "")
