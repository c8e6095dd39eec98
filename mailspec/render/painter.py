"""Colours for a terminal."""

from __future__ import annotations

from collections.abc import Callable

_COLOUR = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "info": "\x1b[1;36m"}
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Painter:
    """Adds colour where it is wanted. Colour never carries meaning alone."""

    def __init__(self, colour: bool, link: Callable[[str], str | None] | None = None) -> None:
        self.colour = colour
        self._link = link

    def paint(self, code: str, text: str) -> str:
        """Wrap a text in a colour's codes."""
        return f"{code}{text}{_PLAIN}" if self.colour else text

    def linked(self, code: str, text: str) -> str:
        """Make a text lead to a code's page, where the terminal shows links (OSC 8)."""
        address = None if self._link is None else self._link(code)
        return text if address is None else f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def bold(self, text: str) -> str:
        """Make a text bold."""
        return self.paint(_BOLD, text) if self.colour else text

    def dim(self, text: str) -> str:
        """Make a text faint."""
        return self.paint(_DIM, text) if self.colour else text

    def severity(self, severity: str, text: str) -> str:
        """Colour a text by severity."""
        return self.paint(_COLOUR.get(severity, ""), text) if self.colour else text
