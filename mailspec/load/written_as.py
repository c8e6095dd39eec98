"""How a value and its key are written in a file, and the map in which they stand."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Path, content_start, place_of
from mailspec.outcome.location import Location
from mailspec.text import Document


def without_indexes(path: Path) -> Path:
    """Return a path in which every item of a list is the first: where one stands changes no word."""
    return tuple([0 if step.__class__ is int else step for step in path])


def map_beside(document: Document, path: Path) -> dict[str, Any]:
    """Return the map in which a key stands."""
    data = document.data
    for step in path[:-1]:
        data = data[step]
    return data if isinstance(data, dict) else {}


def pair(document: Document, path: Path) -> Location:
    """Return where a key and its value stand together."""
    key, value = place_of(document, path, key=True), place_of(document, path)
    return Location(key.file, key.line, key.column, value.end_line, value.end_column)


def written(document: Document, path: Path, *, key: bool = False) -> tuple[str, bool]:
    """Return how a value (or its key) is written, without an anchor or a tag, and whether it has a tag."""
    span, text = document.span(path, key=key), document.text
    start = content_start(text, span.start, span.end)
    return text[start : span.end], "!" in text[span.start : start]


def in_quotes_of(source: str, text: str) -> str:
    """Put a word in the quotes that the one before it has: {"a":1} needs them to stay a map."""
    mark = source[:1]
    return f"{mark}{text}{mark}" if mark in {'"', "'"} else text
