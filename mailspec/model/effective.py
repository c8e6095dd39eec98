"""The settings that hold for one object, with the origin and the place of each."""

from __future__ import annotations

from typing import Any

from mailspec.model.field import Field
from mailspec.model.fields import BY_NAME, Settings
from mailspec.outcome.effective import Kind, Value

# Fields with their values. A key is an attribute of Settings, so that a misspelt one is a type error.
Fields = dict[Field[Any], Value]


class Effective(Settings):
    """What holds for one object: a configuration's fields for every kind.

    ``settings.auth.method`` is a value, ``settings.value(Settings.auth.method)`` the same with its origin and place.
    """

    __slots__ = ("fields", "kind", "name")

    def __init__(self, name: str, kind: Kind, fields: Fields | None = None) -> None:
        self.name = name
        self.kind = kind
        self.fields = fields if fields is not None else {}
        self.values = self.fields

    @property
    def object(self) -> str:
        """The object's name across files, such as ``configuration:Primary``."""
        return self.kind if self.kind in {"bulk", "mobile"} else f"{self.kind}:{self.name}"

    def value(self, field: Field[Any]) -> Value | None:
        """Return a field's value with its origin and place, ``None`` where it has none."""
        return self.fields.get(field)

    def get(self, name: str) -> Any:
        """Return the value of the field with a dotted name, ``None`` where it has none.

        Raises:
            KeyError: there is no field of this name.
        """
        return self.look_up(BY_NAME[name])

    def origin(self, field: Field[Any]) -> str | None:
        """Return the layer that gave a field."""
        value = self.fields.get(field)
        return None if value is None else value.origin
