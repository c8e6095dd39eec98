"""JSON Schemas of what the commands print about mailspec itself: explain, rules, providers, targets, init."""

from __future__ import annotations

from typing import Any

from mailspec.schema.json_parts import FLAG, TEXT, VERSION, record

_TEXTS = {"type": "array", "items": TEXT}
_RULE = {
    "code": {"type": "string", "pattern": "^MS[0-9]{3}$"},
    "name": TEXT,
    "severity": {"enum": ["error", "warning", "info"]},
    "preview": FLAG,
    "fixable": FLAG,
    "suppressible": FLAG,
    "family": TEXT,
    "summary": TEXT,
}


def reference_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by command. One provider's own parts are those of its file in mailspec/providers/data."""
    preset = record({"host": {"type": ["string", "null"]}, "port": {"type": "integer"}, "security": TEXT})
    short = {
        "id": TEXT,
        "name": TEXT,
        "aliases": _TEXTS,
        "docs": TEXT,
        "hosts": _TEXTS,
        "preset": {"anyOf": [preset, {"type": "null"}]},
        "methods": _TEXTS,
    }
    providers = {**VERSION, "providers": {"type": "array", "items": record(short)}}
    type_ = {
        "type": TEXT,
        "about": TEXT,
        "words": _TEXTS,
        "installed": FLAG,
        "problem": {"type": ["string", "null"]},
    }
    written = record({"preset": TEXT, "prefix": TEXT, "keys": _TEXTS, "source": TEXT})
    types = {**VERSION, "target_types": {"type": "array", "items": record(type_)}}
    one = record({**type_, "presets": {"type": "array", "items": written}})
    provider = {**VERSION, "provider": record({"id": TEXT, "name": TEXT, "docs": TEXT})}
    return {
        "explain": record({**VERSION, **_RULE, "sections": {"type": "object", "additionalProperties": TEXT}}),
        "rules": record({**VERSION, "rules": {"type": "array", "items": record(_RULE)}}),
        "providers": {"anyOf": [record(providers), record(provider)]},
        "targets": {"anyOf": [record(types), record({**VERSION, "target_type": one})]},
        "init": record({**VERSION, "created": _TEXTS, "changed": _TEXTS}),
    }
