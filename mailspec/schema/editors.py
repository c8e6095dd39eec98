"""What editors show beside the shape: defaults, and what each word of a choice means."""

from __future__ import annotations

import re
from typing import Any

from mailspec.schema.enum_texts import ENUM_TEXTS

_DEFAULT = re.compile(r'Default: "?([\w.]+?)"?(?:\.$|, with )')


def for_editors(schema: dict[str, Any], *, defaults: bool = True) -> dict[str, Any]:
    """Add ``default`` where a description names one of the key's own values, and ``enumDescriptions``."""
    for name, definition in [("", schema), *schema["definitions"].items()]:
        for key, value in definition.get("properties", {}).items():
            if "$ref" in value and "description" not in value:
                value["description"] = schema["definitions"][value["$ref"].rpartition("/")[2]]["description"]
            if defaults:
                _default(value)
            for choice in _choices(value):
                texts = ENUM_TEXTS.get(f"{name}.{key}") or ENUM_TEXTS[key]
                choice["enumDescriptions"] = [texts[word] for word in choice["enum"]]
    return schema


def _default(value: dict[str, Any]) -> None:
    found = _DEFAULT.search(value.get("description", ""))
    if found is None:
        return
    word: Any = found.group(1)
    if value.get("type") == "boolean":
        word = {"true": True, "false": False}[word]
    elif value.get("type") == "integer":
        word = int(word)
    elif not any(_takes(choice, word) for choice in value.get("anyOf", [value])):
        return
    value["default"] = word


def _takes(choice: dict[str, Any], word: str) -> bool:
    if "enum" in choice:
        return word in choice["enum"]
    return choice.get("type") == "string" and re.search(choice.get("pattern", ""), word) is not None


def _choices(value: Any) -> list[dict[str, Any]]:
    """Return every choice of words below a key's schema, but not in what it refers to."""
    if isinstance(value, list):
        return [found for entry in value for found in _choices(entry)]
    if not isinstance(value, dict):
        return []
    below = [found for entry in value.values() for found in _choices(entry)]
    return [value, *below] if "enum" in value else below
