"""Values of files that know more than texts: numbers and booleans, as our keys name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.programs.presets import Kind
from mailspec.targets.base import Format

Kinds = Mapping[str, Kind]
_DECIMAL = 10_000  # bits
_NUMBER = re.compile(r"-?[0-9]{1,18}")


def shown(value: Any, kind: Kind) -> str:
    """Return a file's value as a key's text. One of another kind than the key's cannot be equal to what is wanted."""
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text if kind == "bool" else f"{text} (no text)" if kind == "text" else f"{text} (no number)"
    if isinstance(value, int):
        # Python writes no longer ones in decimal.
        number = str(value) if value.bit_length() < _DECIMAL else hex(value)
        return number if kind == "int" else f"{number} (a number)"
    if isinstance(value, str):
        return value if kind == "text" else f"{value!r} (a text)"
    try:
        return f"{value} (neither a text nor a number)"
    except ValueError:
        return "(neither a text nor a number)"


def typed(text: str, kind: Kind) -> str | int | bool:
    """Return a key's text as the value that the file wants; ``why_not`` has nothing against it."""
    if kind == "bool":
        return text == "true"
    return int(text) if kind == "int" else text


class Typed(Format):
    """A format whose keys are of kinds: ``kinds`` names those that are no texts."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def why_not(self, key: str, value: str) -> str | None:
        """Say why a text is no value of its key's kind."""
        kind = self.kinds.get(key, "text")
        if kind == "bool" and value not in ("true", "false"):
            return "it is neither true nor false"
        if kind == "int" and not _NUMBER.fullmatch(value):
            return "it is no whole number"
        return "it holds a NUL" if "\0" in value else None
