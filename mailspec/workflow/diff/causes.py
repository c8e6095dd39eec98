"""Changes of effective settings by cause: the word that was written differently, with everyone whom it touches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item
from mailspec.model.effective import Effective
from mailspec.model.fields import SENSITIVE, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.location import Location
from mailspec.outcome.plan import FieldChange
from mailspec.workflow.diff.sides import plain

# What follows from other fields and would only repeat them.
_FOLLOWS = frozenset({"provider"})
# The cause that stands for all others of an object whose configuration was activated or left.
ACTIVATION = ("activation",)

_BULK = frozenset({"bulk", "mobile"})

Cause = tuple[Any, ...]


class Touched:
    """What one cause does: the objects in order, their fields, and the place of the word."""

    __slots__ = ("fields", "objects", "place")

    def __init__(self) -> None:
        self.objects: dict[str, None] = {}
        self.fields: dict[str, list[tuple[Any, Any, Any, Any]]] = {}
        self.place: Location | None = None

    def add(self, name: str, field: str, old: Value | None, new: Value | None) -> None:
        """Take one object's change of one field."""
        self.objects[name] = None
        self.fields.setdefault(field, []).append((plain(old), plain(new), _written(old), _written(new)))
        if self.place is None and new is not None:
            self.place = new.location

    def changes(self) -> tuple[FieldChange, ...]:
        """Return each field's change once: the values, or what is written where they differ from person to person."""
        return tuple(_change(field, pairs) for field, pairs in self.fields.items())


def by_cause(before: dict[str, Effective], after: dict[str, Effective], *, switched: bool) -> dict[Cause, Touched]:
    """Group what changed. ``switched`` tells that another configuration is active, or none.

    Both sides have the same names.
    """
    found: dict[Cause, Touched] = {}
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            continue
        # In mode office365 no host says where an account is: the provider does.
        silent = frozenset() if old.mode == new.mode == "office365" else _FOLLOWS
        changed = {
            str(field): (old.fields.get(field), new.fields.get(field))
            for field in dict.fromkeys([*old.fields, *new.fields])
            if field not in silent and plain(old.fields.get(field)) != plain(new.fields.get(field))
        }
        for field, cause in _causes(name, changed, switched=switched):
            found.setdefault(cause, Touched()).add(name, field, *changed[field])
    return found


def _causes(
    name: str, changed: dict[str, tuple[Value | None, Value | None]], *, switched: bool
) -> Iterator[tuple[str, Cause]]:
    """Yield each changed field with its cause."""
    mode = changed.get(Settings.mode)
    if mode is not None:
        # Everything else of an account comes and goes with its mode.
        cause = _place(mode[1]) or _place(mode[0]) or _values(Settings.mode, mode)
        yield from ((field, cause) for field in changed)
        return
    own = {field: _place(new) or _gone(old) for field, (old, new) in changed.items()}
    if switched and not name.startswith("configuration:"):
        copied = {field for field, (old, new) in changed.items() if _is_copied(new or old)}
        # The bulk account comes and goes with the switch, whatever its fields came from.
        copied |= {
            field for field, pair in changed.items() if name in _BULK or name.startswith("mailing:") if None in pair
        }
        yield from ((field, ACTIVATION) for field in changed if field in copied or own[field] is None)
        own = {field: cause for field, cause in own.items() if field not in copied and cause is not None}
    first = next((place for place in own.values() if place is not None), None)
    for field, place in own.items():
        yield field, place or first or _values(field, changed[field])


def _is_copied(value: Value | None) -> bool:
    return value is not None and value.origin.startswith("configuration:")


def _place(value: Value | None) -> Cause | None:
    if value is None or not isinstance(value.item, Item):
        return None
    document, path = value.item.source(value.path)
    return (document.name, *path)


def _gone(value: Value | None) -> Cause | None:
    place = _place(value)
    return None if place is None else ("gone", *place)


def _values(field: str, values: tuple[Value | None, Value | None]) -> Cause:
    return ("derived", field, *(json.dumps(plain(value), sort_keys=True, default=str) for value in values))


def _written(value: Value | None) -> Any:
    """Return a value as it is written, before it was made each person's own."""
    if value is None or not isinstance(value.item, Item):
        return plain(value)
    return value.item.get(*value.path)


def _change(field: str, pairs: list[tuple[Any, Any, Any, Any]]) -> FieldChange:
    before, after, old, new = pairs[0]
    sensitive = field in SENSITIVE
    if any(pair[:2] != (before, after) for pair in pairs):
        before = old if all(pair[2] == old for pair in pairs) else None
        after = new if all(pair[3] == new for pair in pairs) else "(each their own)"
    return FieldChange(field, before, after, sensitive)
