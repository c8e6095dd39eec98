"""What a dialect gives: the assignments of a text with their places, and a value as its reader wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

# The key of what sets a name that cannot be read in the text.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One ``KEY=value``. Offsets count characters in the text; ends are exclusive.

    ``value`` is ``None`` where only running the file would tell it (``$OTHER`` in a shell). ``start`` to
    ``end`` is
    what goes when the key goes, with its line's end; ``value_start`` to ``value_end`` is the quoted value.
    """

    key: str
    value: str | None = field(repr=False)
    start: int
    end: int
    value_start: int
    value_end: int
    editable: bool = True


class Dialect(Protocol):
    """A reader's rules. ``parse`` understands every text; what it cannot understand it leaves out."""

    name: str

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments in the order of the text; the reader takes the last one of a key."""

    def quote(self, value: str) -> str | None:
        """Return the text after ``=`` that the reader turns into the value; ``None`` where there is none."""

    def why_not(self, value: str) -> str:
        """Say what about a value the dialect cannot hold, without showing it."""

    def line(self, key: str, quoted: str) -> str:
        """Return a new line without its end."""

    def newline(self, text: str) -> str:
        """Return the line end for a new line of this text."""


def own_newline(text: str) -> str:
    """Return the line end that a text uses: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
