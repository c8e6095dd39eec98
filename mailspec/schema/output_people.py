"""JSON Schemas of what secret, import and preview print."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.secrets import Trouble

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_FLAG = {"type": "boolean"}
_VERSION = {"version": {"const": 1}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def people_schemas(report: dict[str, Any], test: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schemas by command. ``report`` is what validate prints, ``test`` one entry of what probe prints."""
    trouble = {
        "kind": {"enum": list(get_args(Trouble))},
        "code": {"type": ["string", "null"], "pattern": "^MS[0-9]{3}$"},
        "message": _TEXT,
        "help": _TEXT,
    }
    secret = {
        "name": _TEXT,
        "kind": {"enum": ["configuration", "user", "target", "group", "general"]},
        "field": _TEXT,
        "reference": _TEXT,
        "present": _FLAG,
        "changed": {"type": ["string", "null"], "format": "date-time"},
        "troubles": {"type": "array", "items": _object(trouble)},
    }
    change = {
        **_VERSION,
        "name": _TEXT,
        "kind": _TEXT,
        "reference": _TEXT,
        "status": {"enum": ["stored", "refused", "failed"]},
        "reason": _TEXT,
        "help": _TEXT,
        "test": {"anyOf": [test, {"type": "null"}]},
    }
    imported = {
        **report["properties"],
        "people": _COUNT,
        "files": {"type": "array", "items": _object({"path": _TEXT, "people": _COUNT})},
        "changes": {
            "type": "array",
            "items": _object(
                {
                    "change": {"enum": ["added", "changed", "removed", "missing"]},
                    "email": _TEXT,
                    "fields": {"type": "array", "items": _TEXT},
                }
            ),
        },
        "columns_left_out": {"type": "array", "items": _TEXT},
        "written": _FLAG,
    }
    programs = {
        **report["properties"],
        "configurations": {"type": "array", "items": _TEXT},
        "targets": {"type": "array", "items": _TEXT},
        "files": {"type": "array", "items": _object({"path": _TEXT, "text": _TEXT})},
        "passwords": {"type": "array", "items": _object({"name": _TEXT, "reference": {"type": "object"}})},
        "notes": {"type": "array", "items": _TEXT},
        "written": _FLAG,
        "recorded": _FLAG,
    }
    place = {"name": _TEXT, "line": _COUNT, "column": _COUNT, "end_column": _COUNT}
    template_trouble = {
        "kind": {"enum": ["missing", "syntax", "unknown", "part", "failed"]},
        "message": _TEXT,
        **place,
        "help": _TEXT,
    }
    kind = {"name": _TEXT, "trigger": _MAYBE_TEXT, "customizable": {"type": ["boolean", "null"]}}
    preview = {
        **_VERSION,
        **kind,
        "from": _TEXT,
        **dict.fromkeys(("subject", "text", "html"), _MAYBE_TEXT),
        "troubles": {"type": "array", "items": _object(template_trouble)},
    }
    kinds = {**_VERSION, "email_types": {"type": "array", "items": _object({**kind, "template": _MAYBE_TEXT})}}
    return {
        "secret-check": _object({**_VERSION, "secrets": {"type": "array", "items": _object(secret)}}),
        "secret-set": _object(change),
        "import": {"anyOf": [_object(imported), _object(programs)]},
        "preview": {"anyOf": [_object(preview), _object(kinds)]},
    }
