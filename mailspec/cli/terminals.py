"""Whether somebody watches or can be asked. Cron, systemd and ``<&-`` may start a program with its streams closed."""

from __future__ import annotations

import sys
from typing import IO, Any


def is_terminal(stream: IO[Any] | None) -> bool:
    """Tell whether a stream is a terminal. Python has ``None`` for a standard stream that was closed at the start."""
    return stream is not None and not stream.closed and stream.isatty()


def can_ask() -> bool:
    """Tell whether a question would be seen and could be answered."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def piped(most: int) -> bytes:
    """Return up to ``most`` bytes of standard input; nothing where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(most)
