"""A read text: its data, its problems, and where each value stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress, count
from typing import Any

from mailspec.text.comments import comments
from mailspec.text.compose import Composition
from mailspec.text.faults import Fault
from mailspec.text.lines import Lines
from mailspec.text.places import Places
from mailspec.text.span import Comment, Path, Problem, Span

_MOST_SPANS = 4096


class Document:
    """What was read from one file.

    ``text`` is the file without a byte order mark (``bom`` tells whether it had one). ``data`` is plain values, None
    where nothing can be used (``usable`` is False then). What YAML aliases repeat is one object, so it must not be
    changed.
    """

    __slots__ = (
        "_comments", "_composition", "_lines", "_places", "_spans", "bom", "data", "name", "problems", "text", "usable",
    )  # fmt: skip

    def __init__(self, name: str, text: str, *, bom: bool = False) -> None:
        self.name = name
        self.text = text
        self.bom = bom
        self.data: Any = None
        self.problems: list[Problem] = []
        self.usable = False
        self._composition: Composition | None = None
        self._lines: Lines | None = None
        self._places: Places | None = None
        self._comments: list[Comment] | None = None
        self._spans: dict[tuple[Path, bool], Span] = {}

    @property
    def has_escapes(self) -> bool:
        """Tell whether values may hold characters that the text does not show, such as ``"\\x7b"``."""
        return "\\" in self.text

    def composed(self, composition: Composition, *, usable: bool) -> None:
        """Take what the reader found; what is not ``usable`` gives positions, but no data."""
        self._composition = composition
        self.usable = usable
        if usable:
            self.data = composition.data

    def add(self, faults: list[Fault]) -> None:
        """Add problems, with their places worked out."""
        from mailspec.text.problems import problems

        self.problems.extend(problems(faults, self.lines(), self.places()))

    def only_keys(self, wanted: Callable[[str | None], bool]) -> Iterator[tuple[str, str | None]]:
        """Yield each wanted key, wherever it stands, with the one key of the map below it; None for other values.

        ``wanted`` is asked for every node, with None for what is no key.
        """
        composition = self._composition or Composition()
        keys, after = composition.keys, composition.after
        for number in compress(count(), map(wanted, keys)):
            value = number + 1
            alone = value in composition.maps and value + 2 < after[value]
            only = keys[value + 1] if alone and after.get(value + 2, value + 3) == after[value] else None
            yield keys[number] or "", only

    @property
    def has_aliases(self) -> bool:
        """Whether a value is repeated by an alias."""
        return self._composition is not None and bool(self._composition.aliases)

    def lines(self) -> Lines:
        """Return the table of lines, made on first use."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    def places(self) -> Places:
        """Return where the nodes stand, made on first use."""
        if self._places is None:
            self._places = Places(self.text, self._composition or Composition())
        return self._places

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset in ``text``."""
        return self.lines().position(offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset in ``text`` of a line and column; one past a line's end is moved to that end."""
        start, end = self.lines().extent(line)
        if start + column - 1 < end:
            return start + column - 1
        return start + len(self.text[start:end].rstrip("\r\n"))

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Return where the value at ``path`` stands, or its key with ``key=True``.

        For a path that does not exist: the nearest ancestor that does (its value).
        """
        asked = (path, key)
        # Who describes a wrong value asks for its place several times, and each environment asks for the base's.
        span = self._spans.get(asked)
        if span is None:
            if len(self._spans) >= _MOST_SPANS:
                self._spans.clear()
            span = self._spans[asked] = self.lines().span(*self.places().find(path, key=key))
        return span

    def is_plain(self, path: Path) -> bool:
        """Tell whether the value at ``path`` is a scalar without quotes and not a block."""
        return self.places().is_plain(path)

    def comments(self) -> list[Comment]:
        """Return the comments in order, looked for on first use; none where the text is not YAML."""
        if self._comments is None:
            composition = self._composition if self.usable else None
            self._comments = comments(self.text, composition, self.lines()) if composition else []
        return self._comments

    def encode(self, text: str) -> bytes:
        """Return a changed ``text`` as the bytes to write: UTF-8, with the byte order mark that was there."""
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode("utf-8")
