"""A declared thing together with where each of its words stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mailspec.outcome.location import Location
from mailspec.text import Document

Path = tuple[str | int, ...]
Place = tuple[Document, Path]

# No damaged paths.
NONE: frozenset[Path] = frozenset()

# How other programs' ways to fill in values begin, with how people write them; nothing fills them in here.
TEMPLATE_MARKS = {"{{": "{{ … }}", "${": "${…}", "<%": "<% … %>"}

# An anchor or a tag before a value, and what may stand between.
_PROPERTY = r"[&!]\S*(?:[ \t\r\n]+|#[^\r\n]*)*"


class Item:
    """One item of a section (or a whole section that is a map), merged from one or more files.

    ``place`` is where the item itself stands; ``elsewhere`` holds the paths inside it that came from another place,
    such as an overlay. Positions are looked up only when somebody asks, because nearly all never are.
    ``damaged`` are paths that were taken out because they did not fit the language: rules about what is missing keep
    silent there.
    """

    __slots__ = ("damaged", "data", "elsewhere", "place")

    def __init__(
        self,
        data: Any,
        place: Place,
        elsewhere: dict[Path, Place] | None = None,
        damaged: frozenset[Path] = NONE,
    ) -> None:
        self.data = data
        self.place = place
        self.elsewhere = elsewhere
        self.damaged = damaged

    def source(self, path: Path = ()) -> Place:
        """Return the document and the path in it that gave ``path``."""
        if self.elsewhere:
            for length in range(len(path), -1, -1):
                found = self.elsewhere.get(path[:length])
                if found is not None:
                    document, base = found
                    return document, base + path[length:]
        document, base = self.place
        return document, base + path

    def locate(self, path: Path = (), *, key: bool = False) -> Location:
        """Return the place of a value, or of its key; of the nearest parent where the path does not exist."""
        document, inner = self.source(path)
        return place_of(document, inner, key=key)

    def pointer(self, path: Path = ()) -> str:
        """Return the JSON Pointer of ``path`` within its file (RFC 6901)."""
        return pointer(self.source(path)[1])

    def is_damaged(self, path: Path) -> bool:
        """Tell whether a part of the item on the way to ``path`` was taken out."""
        return bool(self.damaged) and any(path[: len(gone)] == gone for gone in self.damaged)

    def get(self, *path: str | int) -> Any:
        """Return the declared value at ``path``, ``None`` where there is none."""
        value = self.data
        for step in path:
            if not isinstance(value, dict):
                return None
            value = value.get(step)
        return value


def place_of(document: Document, path: Path, *, key: bool = False) -> Location:
    """Return a path's place in its document, without an anchor or a tag: what is put there instead keeps them."""
    span = document.span(path, key=key)
    line, column = span.line, span.column
    if document.text[span.start : span.start + 1] in {"&", "!"}:
        line, column = document.position(content_start(document.text, span.start, span.end))
    return Location(document.name, line, column, span.end_line, span.end_column)


def content_start(text: str, start: int, end: int) -> int:
    """Return the offset at which a value starts behind its anchor and its tag."""
    while start < end and text[start] in "&!":
        found = re.compile(_PROPERTY).match(text, start, end)
        start = found.end() if found else end
    return start


def pointer(path: Path) -> str:
    """Write a path as a JSON Pointer (RFC 6901)."""
    return "".join([f"/{step}" if step.__class__ is int else f"/{_escaped(str(step))}" for step in path])


def _escaped(word: str) -> str:
    return word.replace("~", "~0").replace("/", "~1") if "~" in word or "/" in word else word


def in_own_key(path: Path) -> bool:
    """Tell whether a path leads into a key of the user's own (``x-...``), which a header field's name is not."""
    return any(
        str(step).startswith("x-") and path[index - 1 : index] != ("headers",) for index, step in enumerate(path)
    )


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each leaf of plain data; an empty map or list is a leaf."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path
