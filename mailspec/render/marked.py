"""The line that a finding points into, with a mark under the place: for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailspec.outcome.location import Location
from mailspec.render.frames import frame
from mailspec.render.painter import Painter
from mailspec.render.width import head, tail, width
from mailspec.text.escape import terminal

# Columns of a code frame: all of it, what stands before the mark, and the mark itself.
_WIDEST, _BEFORE, _MARKED = 120, 60, 80


def marked(place: Location, texts: Mapping[str, str], painter: Painter, severity: str) -> Iterator[str]:
    """Yield the place's line and its mark; nothing where there is no text."""
    for line in frame(texts, place):
        words = line.marked if place.end_line == place.line else line.marked.rstrip()
        before, within = tail(terminal(line.before), _BEFORE), head(terminal(words), _MARKED)
        after = head(terminal(line.after), max(1, _WIDEST - width(before) - width(within)))
        number, mark = str(line.number), "^" * max(1, width(within))
        yield f"  {painter.dim(number + ' │')} {before}{within}{after}"
        yield f"  {' ' * len(number)} {painter.dim('│')} {' ' * width(before)}{painter.severity(severity, mark)}"
