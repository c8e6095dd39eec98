"""The line that a finding points into, with a mark under the place: for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.outcome.location import Location
from mailspec.render.code_frames import frame
from mailspec.render.painter import Painter
from mailspec.text.escape import terminal

# Columns of a code frame: all of it, what stands before the mark, and the mark itself.
_WIDEST, _BEFORE, _MARKED = 120, 60, 80


def marked(place: Location, texts: Mapping[str, str], painter: Painter, severity: str) -> list[str]:
    """Return the place's line and its mark; nothing where there is no text."""
    lines = frame(texts, place)
    if not lines:
        return []
    _, before, within, after = lines[0]
    if place.end_line != place.line:
        within = within.rstrip()
    whole = f"{before}{within}{after}"
    # Of most lines nothing is cut or escaped, and each character takes one column.
    if whole.isascii() and len(whole) <= _BEFORE and terminal(whole) == whole:
        blank, mark = " " * len(before), "^" * len(within) or "^"
    else:
        before, within = tail(terminal(before), _BEFORE), head(terminal(within), _MARKED)
        after = head(terminal(after), max(1, _WIDEST - width(before) - width(within)))
        whole = f"{before}{within}{after}"
        blank, mark = " " * width(before), "^" * width(within) or "^"
    number = str(place.line)
    return [
        f"  {painter.dim(number + ' │')} {whole}",
        f"  {' ' * len(number)} {painter.dim('│')} {blank}{painter.severity(severity, mark)}",
    ]


_CUT = "…"


def width(text: str) -> int:
    """Return the columns of a text: East Asian wide characters and emoji take two, marks on a letter none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def head(text: str, room: int) -> str:
    """Return the start of a text that fits into ``room`` columns, with an ellipsis where it was cut."""
    if width(text) <= room:
        return text
    kept, left = [], room - 1
    for character in text:
        left -= _columns(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + _CUT


def tail(text: str, room: int) -> str:
    """Return the end of a text that fits into ``room`` columns, with an ellipsis where it was cut."""
    if width(text) <= room:
        return text
    kept, left = [], room - 1
    for character in reversed(text):
        left -= _columns(character)
        if left < 0:
            break
        kept.append(character)
    return _CUT + "".join(reversed(kept))


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    import unicodedata

    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
