"""Layers of declared words, looked through from the strongest to the weakest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from mailspec.load.item import Item
from mailspec.model.effective import Fields
from mailspec.model.field import Field
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.text.address import is_address, parse_address

Path = tuple[str | int, ...]


def _is_from(field: Field[Any]) -> bool:
    """Tell whether a field is a part of From, which has a second form: one string."""
    return field.startswith("from.")


class Paths(dict[Field[Any], Path]):
    """The dotted names of effective fields and where an item has them."""

    def __init__(self, paths: Mapping[Field[Any], Path] = MappingProxyType({})) -> None:
        super().__init__(paths)
        self._starts: dict[tuple[Field[Any], ...], tuple[Path, frozenset[str | int]]] = {}

    def start(self, fields: tuple[Field[Any], ...]) -> tuple[Path, frozenset[str | int]]:
        """Return the path that all of the fields share, and the next words; each choice is worked out once."""
        if fields not in self._starts:
            paths = [self[field] for field in fields if field in self]
            steps = zip(*(path[:-1] for path in paths), strict=False)
            shared = tuple(step[0] for step in takewhile(lambda step: len(set(step)) == 1, steps))
            self._starts[fields] = shared, frozenset(path[len(shared)] for path in paths)
        return self._starts[fields]


CONFIGURATION_PATHS = Paths(
    {field: field.configuration for field in FIELDS if field.configuration and not _is_from(field)}
)
MAILING_PATHS = Paths({field: field.mailing for field in FIELDS if field.mailing})
_IN_ACCOUNT: dict[Field[Any], Path] = {
    field: field.account for field in FIELDS if field.account and not _is_from(field)
}
# The same in a person's or a group's account, and in the one that serves everyone.
ACCOUNT, EVERYONES_ACCOUNT = ("account",), ("users", "account")
ACCOUNT_PATHS = Paths({field: (*ACCOUNT, *path) for field, path in _IN_ACCOUNT.items()})
EVERYONES_PATHS = Paths({field: (*EVERYONES_ACCOUNT, *path) for field, path in _IN_ACCOUNT.items()})


class Layer:
    """One layer: an item's words, found by the dotted name of an effective field. From stands below ``prefix``."""

    __slots__ = ("item", "origin", "paths", "prefix")

    def __init__(self, origin: str, item: Item, prefix: Path, paths: Paths) -> None:
        self.origin = origin
        self.item = item
        self.prefix = prefix
        self.paths = paths

    def may_hold(self, fields: tuple[Field[Any], ...]) -> bool:
        """Tell quickly whether the layer can declare one of the fields."""
        shared, words = self.paths.start(fields)
        data: Any = self.item.data
        for step in shared:
            data = data.get(step) if isinstance(data, dict) else None
        return isinstance(data, dict) and not words.isdisjoint(data)

    def find(self, field: Field[Any]) -> Value | None:
        """Return the field as this layer declares it."""
        path = self.paths.get(field)
        # Most fields are declared in few places, so most questions end here.
        return None if path is None or path[0] not in self.item.data else self.at(path)

    def at(self, path: Path) -> Value | None:
        """Return what the layer's item declares at a path."""
        value: Any = self.item.data
        for step in path:
            if not isinstance(value, dict):
                return None
            value = value.get(step)
        return None if value is None else Value(value, self.origin, self.item, path)

    def sender(self) -> tuple[Value | None, Value | None]:
        """Return the layer's From as address and display name, from either form."""
        return sender_at(self, (*self.prefix, "from"))


def sender_at(layer: Layer, path: Path) -> tuple[Value | None, Value | None]:
    """Return a From at a path as address and display name: one string, or a map of both."""
    declared = layer.at(path)
    if declared is None:
        return None, None
    if isinstance(declared.value, str):
        parsed = parse_address(declared.value)
        if parsed is None:
            return None, None
        name, email = parsed
        return declared.replace(email), declared.replace(name) if name else None
    return layer.at((*path, "email")), layer.at((*path, "name"))


def first(layers: Iterable[Layer], field: Field[Any]) -> Value | None:
    """Return the strongest layer's value of a field."""
    for layer in layers:
        found = layer.find(field)
        if found is not None:
            return found
    return None


def sender_of(layers: Iterable[Layer], username: Value | None, fallback: Value | None, fields: Fields) -> None:
    """Fill in From: the strongest layer's address, else the user name; the name, else ``fallback``."""
    email = name = None
    for layer in layers:
        found_email, found_name = layer.sender()
        email, name = email or found_email, name or found_name
    if email is None and username is not None and is_address(str(username.value)):
        email = Value(username.value, "username", username.item, username.path)
    if email is not None:
        fields[Settings.from_.email] = email
    shown = name or fallback
    if shown is not None:
        fields[Settings.from_.name] = shown


_FOR_EVER = 10**15
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(duration: int | str) -> float:
    """Return a declared duration in seconds.

    >>> seconds("5m"), seconds(30), seconds("250ms")
    (300.0, 30.0, 0.25)
    """
    # What has too many digits is reported elsewhere; here it is for ever, and not an error.
    if isinstance(duration, int):
        return float(duration) if abs(duration) < _FOR_EVER else math.inf
    unit = "ms" if duration.endswith("ms") else duration[-1]
    return float(duration[: -len(unit)]) * _UNITS[unit]
