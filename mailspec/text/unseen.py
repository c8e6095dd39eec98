"""Characters that a reader of a file cannot see, or that reorder what is seen."""

from __future__ import annotations

import unicodedata


def invisible(text: str) -> list[tuple[int, str]]:
    """Return offset and name of each invisible or bidirectional character."""
    if text.isascii():
        return []
    return [
        (offset, unicodedata.name(character, "no name"))
        for offset, character in enumerate(text)
        if character >= "\x80" and unicodedata.category(character) == "Cf"
    ]
