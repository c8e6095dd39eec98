"""Layers of declared words, looked through from the strongest to the weakest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
        # The same as nested words, each with its field or with the words below it.
        self.words: dict[str | int, Any] = {}
        for field, path in self.items():
            words = self.words
            for step in path[:-1]:
                words = words.setdefault(step, {})
            words[path[-1]] = field


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
    """One layer: ``values`` are an item's words by effective field. From stands below ``prefix``."""

    __slots__ = ("item", "origin", "paths", "prefix", "values")

    def __init__(self, origin: str, item: Item, prefix: Path, paths: Paths) -> None:
        self.origin = origin
        self.item = item
        self.prefix = prefix
        self.paths = paths
        self.values: Fields = {}
        self._collect(paths.words, item.data, ())

    def _collect(self, words: Mapping[str | int, Any], data: Mapping[str | int, Any], above: Path) -> None:
        # An item declares few of the fields that there are, so its words are looked up and not the fields.
        for word, value in data.items():
            field = words.get(word)
            if field is None or value is None:
                continue
            if isinstance(field, Field):
                self.values[field] = Value(value, self.origin, self.item, (*above, word))
            elif isinstance(value, dict):
                self._collect(field, value, (*above, word))

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
        # One that is too long is no address; another sender must not take its place, and MS105 says so.
        name, email = parse_address(declared.value) or ("", declared.value)
        return declared.replace(email), declared.replace(name) if name else None
    return layer.at((*path, "email")), layer.at((*path, "name"))


def first(layers: Iterable[Layer], field: Field[Any]) -> Value | None:
    """Return the strongest layer's value of a field."""
    for layer in layers:
        found = layer.values.get(field)
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
