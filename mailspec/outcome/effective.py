"""What really holds: each field with its value, the layer that gave it, and the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from mailspec.outcome.location import Location

Kind = Literal["configuration", "group", "user", "mailing", "bulk", "mobile"]


class Value:
    """One effective field. ``origin`` is the layer's name; ``location`` is found only when someone asks."""

    __slots__ = ("_locate", "origin", "value")

    def __init__(self, value: Any, origin: str, locate: Callable[[], Location | None] | None = None) -> None:
        self.value = value
        self.origin = origin
        self._locate = locate

    @property
    def location(self) -> Location | None:
        """The line that gave the value; ``None`` for defaults, provider presets and environment variables."""
        return None if self._locate is None else self._locate()

    def __repr__(self) -> str:
        return f"Value({self.value!r}, {self.origin!r})"


@dataclass(slots=True)
class Effective:
    """The settings that hold for one object: dotted names of a configuration for every kind."""

    name: str
    kind: Kind
    fields: dict[str, Value] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        """Return the value of one field, ``None`` where it has none."""
        held = self.fields.get(path)
        return None if held is None else held.value

    def origin(self, path: str) -> str | None:
        """Return the layer that gave a field."""
        held = self.fields.get(path)
        return None if held is None else held.origin
