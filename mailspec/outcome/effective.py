"""What really holds: each field with its value, the layer that gave it, and the line."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from mailspec.outcome.location import Location

Kind = Literal["configuration", "group", "user", "mailing", "bulk", "mobile"]
Path = tuple[str | int, ...]


class Placed(Protocol):
    """Something declared whose words have places."""

    def locate(self, path: Path = (), *, key: bool = False) -> Location:
        """Return the place of a word."""

    def pointer(self, path: Path = ()) -> str:
        """Return the JSON Pointer of a word within its file."""


class Value:
    """One effective field. ``origin`` is the layer that gave it; the place is looked up only when someone asks."""

    __slots__ = ("_location", "item", "origin", "path", "value")

    def __init__(self, value: Any, origin: str, item: Placed | None = None, path: Path = ()) -> None:
        self.value = value
        self.origin = origin
        self.item = item
        self.path = path

    @property
    def location(self) -> Location | None:
        """The line that gave the value; ``None`` for defaults, provider presets and environment variables."""
        if self.item is None:
            return None
        try:
            return self._location
        except AttributeError:
            # Several rules may point at one value.
            self._location: Location = self.item.locate(self.path)
            return self._location

    def replace(self, value: Any) -> Value:
        """Return another value with the same origin and place."""
        return Value(value, self.origin, self.item, self.path)

    def __repr__(self) -> str:
        return f"Value({self.value!r}, {self.origin!r})"
