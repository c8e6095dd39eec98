"""JSON Schemas of what secret, import and preview print."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.secrets import Trouble
from mailspec.schema.json_parts import COUNT, FLAG, MAYBE_TEXT, TEXT, VERSION, list_of, or_null, record


def people_schemas(report: dict[str, Any], test: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schemas by command. ``report`` is what validate prints, ``test`` one entry of what probe prints."""
    return {
        "secret-check": _secret_check(),
        "secret-set": _secret_set(test),
        "import": {"anyOf": [_imported_people(report), _imported_programs(report)]},
        "preview": {"anyOf": _previews()},
    }


def _secret_check() -> dict[str, Any]:
    trouble = {
        "kind": {"enum": list(get_args(Trouble))},
        "code": {"type": ["string", "null"], "pattern": "^MS[0-9]{3}$"},
        "message": TEXT,
        "help": TEXT,
    }
    secret = {
        "name": TEXT,
        "kind": {"enum": ["configuration", "user", "target", "group", "general"]},
        "field": TEXT,
        "reference": TEXT,
        "present": FLAG,
        "changed": {"type": ["string", "null"], "format": "date-time"},
        "troubles": list_of(record(trouble)),
    }
    return record({**VERSION, "secrets": list_of(record(secret))})


def _secret_set(test: dict[str, Any]) -> dict[str, Any]:
    return record(
        {
            **VERSION,
            "name": TEXT,
            "kind": TEXT,
            "reference": TEXT,
            "status": {"enum": ["stored", "refused", "failed"]},
            "reason": TEXT,
            "help": TEXT,
            "test": or_null(test),
        }
    )


def _imported_people(report: dict[str, Any]) -> dict[str, Any]:
    kinds = ["added", "changed", "removed", "missing"]
    change = {"change": {"enum": kinds}, "email": TEXT, "fields": list_of(TEXT)}
    return record(
        {
            **report["properties"],
            "people": COUNT,
            "files": list_of(record({"path": TEXT, "people": COUNT})),
            "changes": list_of(record(change)),
            "columns_left_out": list_of(TEXT),
            "written": FLAG,
        }
    )


def _imported_programs(report: dict[str, Any]) -> dict[str, Any]:
    return record(
        {
            **report["properties"],
            "configurations": list_of(TEXT),
            "targets": list_of(TEXT),
            "files": list_of(record({"path": TEXT, "text": TEXT})),
            "passwords": list_of(record({"name": TEXT, "reference": {"type": "object"}})),
            "notes": list_of(TEXT),
            "written": FLAG,
            "recorded": FLAG,
        }
    )


def _previews() -> list[dict[str, Any]]:
    """One message, and the kinds of messages that there are."""
    place = {"name": TEXT, "line": COUNT, "column": COUNT, "end_column": COUNT}
    template_trouble = {
        "kind": {"enum": ["missing", "syntax", "unknown", "part", "failed"]},
        "message": TEXT,
        **place,
        "help": TEXT,
    }
    kind = {"name": TEXT, "trigger": MAYBE_TEXT, "customizable": {"type": ["boolean", "null"]}}
    preview = {
        **VERSION,
        **kind,
        "from": TEXT,
        **dict.fromkeys(("subject", "text", "html"), MAYBE_TEXT),
        "troubles": list_of(record(template_trouble)),
    }
    kinds = {**VERSION, "email_types": list_of(record({**kind, "template": MAYBE_TEXT}))}
    return [record(preview), record(kinds)]
