"""Places in a text, and what can be wrong there."""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]


class Span(NamedTuple):
    """A stretch of text. Lines and columns start at 1 and count code points; ends are exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Problem(NamedTuple):
    """One thing that keeps a text from being what it should be.

    ``kind`` is ``encoding``, ``limit``, ``syntax`` (nothing of the file can be used), ``duplicate_key``,
    ``key``, ``merge``, ``tag``, ``value`` or ``documents`` (the rest of the file can be used).
    ``path`` is the nearest value that contains the place.
    """

    kind: str
    message: str
    help: str
    span: Span
    path: Path = ()
    related: tuple[tuple[Span, str], ...] = ()


class Comment(NamedTuple):
    """One comment from its ``#`` to the end of the line; ``own_line`` where nothing stands before it."""

    line: int
    column: int
    text: str
    own_line: bool
