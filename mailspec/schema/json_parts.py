"""What the JSON Schemas of outputs are made of: small types, records, lists, and values that may be null."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
VERSION = {"version": {"const": 1}}


def record(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a map that has each of its keys; ``more`` are other words of the schema."""
    return {"type": "object", "properties": properties, "required": list(properties), **more}


def list_of(items: Any) -> dict[str, Any]:
    """Return a list of what ``items`` describes."""
    return {"type": "array", "items": items}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema describes, or null."""
    return {"anyOf": [schema, {"type": "null"}]}
