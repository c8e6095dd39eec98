"""Text from outside, made harmless for one format each."""

from __future__ import annotations


def terminal(text: str) -> str:
    """Escape control, bidirectional and invisible characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text)
