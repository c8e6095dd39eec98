"""Whether a fix would do: does the language take a value at a place?"""

from __future__ import annotations

import re
from typing import Any

from mailspec.schema.shape import Path_, nodes_at


def accepts(path: Path_, value: str | int | bool) -> bool:
    """Tell whether a scalar fits at ``path``, by one of the forms that a value may have there."""
    return any(_fits(node, value) for node in nodes_at(path))


def _fits(node: dict[str, Any], value: str | int | bool) -> bool:
    kind = node["type"]
    if kind == "literal":
        return any(value == word and type(value) is type(word) for word in node["expected"])
    if kind == "str" and isinstance(value, str):
        right_length = node.get("min_length", 0) <= len(value) <= node.get("max_length", len(value))
        return right_length and re.search(node.get("pattern", ""), value) is not None
    if kind == "int" and type(value) is int:
        right: bool = node.get("ge", value) <= value <= node.get("le", value)
        return right
    return kind == "any" or (kind == "bool" and isinstance(value, bool))
