"""People whose settings are the same, shown once: five thousand tables that say the same help nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.render.settings_text import text

# What is a person's own even where everything else is shared.
_PERSONAL = (Settings.auth.username, Settings.from_.email, Settings.from_.name)


class Row(NamedTuple):
    """One field as it is shown: its value, the layer that gave it, and the place or ``""``."""

    field: str
    value: str
    origin: str
    place: str


class Block(NamedTuple):
    """The settings of one object, or of several people alike. ``names`` are the objects."""

    title: str
    kind: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]


def blocks(settings: Iterable[Effective]) -> tuple[Block, ...]:
    """Return the settings in the order of declaration; people alike stand where the first of them is."""
    order: dict[object, list[Effective]] = {}
    for entry in settings:
        order.setdefault(_key(entry) if entry.kind == "user" else entry.object, []).append(entry)
    return tuple(_block(entries) for entries in order.values())


def _key(entry: Effective) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, _pattern(text(value.value), entry.name), value.origin)
        for name, value in entry.fields.items()
        if name not in _PERSONAL
    )


def _pattern(value: str, email: str) -> str:
    """Put the person's address back to ``{email}``, as the general pattern of passwords has it."""
    return value.replace(email, "{email}").replace(email.lower(), "{email}")


def _block(entries: list[Effective]) -> Block:
    first = entries[0]
    names = tuple(entry.name for entry in entries)
    if len(entries) == 1:
        return Block(first.object, first.kind, names, tuple(_rows(first)))
    title = f"{len(entries):,} people with the same settings"
    rows = tuple(_shared(row, first.name) for row in _rows(first) if row.field not in _PERSONAL)
    return Block(title, first.kind, names, rows)


def _shared(row: Row, email: str) -> Row:
    # Each has the value from a line of their own, so the first one's line would mislead.
    place = "" if row.origin == "own" else row.place
    return row._replace(value=_pattern(row.value, email), place=place)


def _rows(entry: Effective) -> Iterable[Row]:
    # What an environment variable overrides comes first: nobody sees it in the files.
    for name, current in sorted(entry.fields.items(), key=lambda item: item[1].origin != "environment"):
        place = current.location
        yield Row(name, text(current.value), current.origin, "" if place is None else f"{place.file}:{place.line}")
