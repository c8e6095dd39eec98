"""How many columns a text takes in a terminal, and as much of it as fits."""

from __future__ import annotations

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
