"""JSON Schemas of what the commands print about mailspec itself: explain, rules, providers, targets, init."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_FLAG = {"type": "boolean"}
_VERSION = {"version": {"const": 1}}
_RULE = {
    "code": {"type": "string", "pattern": "^MS[0-9]{3}$"},
    "name": _TEXT,
    "severity": {"enum": ["error", "warning", "info"]},
    "preview": _FLAG,
    "fixable": _FLAG,
    "suppressible": _FLAG,
    "family": _TEXT,
    "summary": _TEXT,
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def reference_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by command. One provider's own parts are those of its file in mailspec/providers/data."""
    preset = _object({"host": {"type": ["string", "null"]}, "port": {"type": "integer"}, "security": _TEXT})
    short = {
        "id": _TEXT,
        "name": _TEXT,
        "aliases": _TEXTS,
        "docs": _TEXT,
        "hosts": _TEXTS,
        "preset": {"anyOf": [preset, {"type": "null"}]},
        "methods": _TEXTS,
    }
    providers = {**_VERSION, "providers": {"type": "array", "items": _object(short)}}
    type_ = {
        "type": _TEXT,
        "about": _TEXT,
        "words": _TEXTS,
        "installed": _FLAG,
        "problem": {"type": ["string", "null"]},
    }
    written = _object({"preset": _TEXT, "prefix": _TEXT, "keys": _TEXTS, "source": _TEXT})
    types = {**_VERSION, "target_types": {"type": "array", "items": _object(type_)}}
    one = _object({**type_, "presets": {"type": "array", "items": written}})
    provider = {**_VERSION, "provider": _object({"id": _TEXT, "name": _TEXT, "docs": _TEXT})}
    return {
        "explain": _object({**_VERSION, **_RULE, "sections": {"type": "object", "additionalProperties": _TEXT}}),
        "rules": _object({**_VERSION, "rules": {"type": "array", "items": _object(_RULE)}}),
        "providers": {"anyOf": [_object(providers), _object(provider)]},
        "targets": {"anyOf": [_object(types), _object({**_VERSION, "target_type": one})]},
        "init": _object({**_VERSION, "created": _TEXTS, "changed": _TEXTS}),
    }
