"""The JSON that commands print, as published JSON Schemas. Keys may come, none goes."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.difference import EffectKind
from mailspec.outcome.mail import Category, Proven, Stage
from mailspec.outcome.sign_in import STATES
from mailspec.schema.output_people import people_schemas
from mailspec.schema.output_queue import queue_schemas
from mailspec.schema.output_reference import reference_schemas

# The newest draft that editors know well; what they read are its words alone (SchemaStore's CONTRIBUTING, 2026-08-07).
DIALECT = "http://json-schema.org/draft-07/schema#"
BASE = "https://mailspec.example/schemas/v1/output/"

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_POSITION = {"type": "integer", "minimum": 1}


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), **more}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


LOCATION = _object(
    {"file": _TEXT, "line": _POSITION, "column": _POSITION, "end_line": _POSITION, "end_column": _POSITION}
)
SIGN_IN = _object(
    {
        "name": _TEXT,
        "kind": _TEXT,
        "state": {"enum": list(STATES)},
        "account": _TEXT,
        "issuer": _TEXT,
        "grant": _TEXT,
        "since": _MAYBE_TEXT,
        "until": _MAYBE_TEXT,
        "proven": _MAYBE_TEXT,
        "who": {"enum": ["person", "administrator", "nobody"]},
        "reason": _TEXT,
        "advice": _TEXT,
        "status": {"enum": ["Authenticated", "Non-Authenticated"]},
    }
)
FIX = _object(
    {
        "safety": {"enum": ["safe", "unsafe"]},
        "description": _TEXT,
        "edits": _list(_object({"location": LOCATION, "text": _TEXT})),
    }
)
SEVERITY = {"enum": ["error", "warning", "info"]}
FINDING = _object(
    {
        "code": {"type": "string", "pattern": "^MS[0-9]{3}$"},
        "name": _TEXT,
        "severity": SEVERITY,
        "message": _TEXT,
        "path": _TEXT,
        "object": _MAYBE_TEXT,
        "environment": _MAYBE_TEXT,
        "suppressed": {"type": "boolean"},
        "location": _maybe(LOCATION),
        "related": _list(_object({"location": LOCATION, "message": _TEXT})),
        "help": _TEXT,
        "fix": _maybe(FIX),
    }
)
DIAGNOSIS: dict[str, Any] = {
    "category": {"enum": list(get_args(Category))},
    "detail": _MAYBE_TEXT,
    "advice": _TEXT,
    "provider": _MAYBE_TEXT,
    "smtp_code": {"type": ["integer", "null"]},
    "enhanced_code": _MAYBE_TEXT,
    "retry": {"type": "boolean"},
}
SUMMARY = _object({"files": _COUNT, "errors": _COUNT, "warnings": _COUNT, "infos": _COUNT, "suppressed": _COUNT})
VALIDATE = _object({"version": {"const": 1}, "findings": _list(FINDING), "summary": SUMMARY})
KIND = {"enum": ["configuration", "group", "user", "mailing", "bulk", "mobile"]}
STATUS = {"enum": ["sent", "passed", "failed", "skipped"]}
TEST = _object(
    {
        "name": _TEXT,
        "kind": KIND,
        "status": STATUS,
        "reason": _MAYBE_TEXT,
        "stage": {"enum": [*get_args(Stage), None]},
        "category": {"enum": [*get_args(Category), None]},
        "detail": _MAYBE_TEXT,
        "smtp_code": {"type": ["integer", "null"]},
        "enhanced_code": _MAYBE_TEXT,
        "server_reply": _MAYBE_TEXT,
        "advice": _MAYBE_TEXT,
        "server_id": _MAYBE_TEXT,
        "seconds": {"type": "number", "minimum": 0},
        "proven": {"enum": list(get_args(Proven))},
    }
)
CHANGE = _object(
    {
        "target": _TEXT,
        "name": _TEXT,
        "action": {"enum": ["create", "update", "delete", "activate", "deactivate"]},
        "fields": _list(_object({"path": _TEXT, "before": True, "after": True, "sensitive": {"type": "boolean"}})),
    }
)
APPLIED = _object(
    {**CHANGE["properties"], "status": {"enum": ["planned", "applied", "restored", "failed", "not_tried"]}}
)
# What is read from an older history may have none.
for _change in (CHANGE, APPLIED):
    _change["properties"]["note"] = _TEXT
ACTIONS = _object(dict.fromkeys(CHANGE["properties"]["action"]["enum"], _COUNT))


def output_schemas() -> dict[str, dict[str, Any]]:
    """Return every output's JSON Schema by its file's name."""
    value = _object({"value": True, "origin": _TEXT, "location": _maybe(LOCATION)})
    reference, people = reference_schemas(), people_schemas(VALIDATE, TEST)
    schemas = {
        "validate": VALIDATE,
        "test": _list(TEST),
        "diagnose": _object(
            {**DIAGNOSIS, "reports": _list(_object({"recipient": _MAYBE_TEXT, "words": _MAYBE_TEXT, **DIAGNOSIS}))}
        ),
        "show": _list(
            _object({"name": _TEXT, "kind": KIND, "effective": {"type": "object", "additionalProperties": value}})
        ),
        "plan": _object({"version": {"const": 1}, "changes": _list(CHANGE), "summary": ACTIONS, "digest": _TEXT}),
        "unlock": _object({"version": {"const": 1}, "done": _list(_TEXT)}),
        **_past(),
        **reference,
        **queue_schemas(),
        **people,
        # With --import it prints what import does.
        "init": {"anyOf": [reference["init"], *people["import"]["anyOf"][1:]]},
        "apply": _object(
            {"version": {"const": 1}, "changes": _list(APPLIED), "summary": ACTIONS, "tests": _list(TEST)}
            | {"accounts": _list(_object({"name": _TEXT, "proven": TEST["properties"]["proven"], "note": _TEXT}))}
        ),
    }
    return {
        name: {
            "$schema": DIALECT,
            "$id": f"{BASE}{name}.json",
            "title": f"mailspec {name} --format json",
            **schema,
        }
        for name, schema in schemas.items()
    }


def _past() -> dict[str, dict[str, Any]]:
    """The commands that look at what was applied, and at what a change means."""
    fields = CHANGE["properties"]["fields"]
    version = {"version": {"const": 1}}
    number = {"type": "number"}
    effect = {
        "kind": {"enum": list(get_args(EffectKind))},
        "destructive": {"type": "boolean"},
        "headline": _TEXT,
        "objects": _list(_TEXT),
        "kept": _list(_TEXT),
        "environment": _MAYBE_TEXT,
        "cause": _maybe(LOCATION),
        "fields": fields,
    }
    drifted = {
        "target": _TEXT,
        "path": _TEXT,
        "drifted": {"type": "boolean"},
        "problem": _MAYBE_TEXT,
        "who": _TEXT,
        "note": _TEXT,
        "fields": fields,
    }
    entry = {"id": _COUNT, "at": number, "who": _TEXT, "commit": _MAYBE_TEXT}
    status = {
        **version,
        "instance": _TEXT,
        "environment": _MAYBE_TEXT,
        "active": _MAYBE_TEXT,
        "serial": _COUNT,
        "last": _maybe(_object(entry)),
        "differs": {"type": "boolean"},
        "pending": _list(CHANGE),
        "unfinished": _MAYBE_TEXT,
        "locked_by": _MAYBE_TEXT,
        "non_authenticated": _list(_TEXT),
        "unproven": _list(_TEXT),
        "sign_ins": _list(SIGN_IN),
    }
    past = {
        **entry,
        "status": {"enum": ["applied", "restored", "failed"]},
        "serial": _COUNT,
        "plan": _TEXT,
        "rollback": {"type": ["integer", "null"]},
        "changes": _list(CHANGE),
        "tests": _list({"type": "object"}),
    }
    counts = _object({"effects": _COUNT, "destructive": _COUNT, "new": _COUNT, "solved": _COUNT})
    diff = {
        **version,
        "base": _TEXT,
        "head": _TEXT,
        "effects": _list(_object(effect)),
        "writes": _list(_object({"target": _TEXT, "path": _TEXT, "keys": _list(_TEXT), "environment": _MAYBE_TEXT})),
        "secrets_needed": _list(_TEXT),
        "findings": _object({"new": _list(FINDING), "solved": _list(FINDING)}),
        "dates": _list(_TEXT),
        "summary": counts,
    }
    signed_out = _object({**version, "signed_out": {"type": "boolean"}, "revoked": {"type": "boolean"}})
    # Why nobody could be signed out.
    signed_out["properties"]["reason"] = _TEXT
    setup = _object({**version, "provider": _TEXT, "steps": _TEXT})
    return {
        "status": _object(status),
        "login": {"anyOf": [_object({**version, **SIGN_IN["properties"]}), setup]},
        "logout": signed_out,
        "migrate-office365": _object(
            {**version, "written": {"type": "boolean"}, "files": _list(_TEXT), "accounts": _list(_TEXT)}
        ),
        "calendar": _object(
            {
                **version,
                "as_of": _TEXT,
                "within_days": _COUNT,
                "dates": _list(
                    _object(
                        {
                            "day": _TEXT,
                            "what": _TEXT,
                            "text": _TEXT,
                            "provider": _TEXT,
                            "affected": _list(_TEXT),
                            "page": _TEXT,
                        }
                    )
                ),
            }
        ),
        "history": _list(_object(past)),
        "render": _object({**version, "target": _TEXT, "files": _list(_object({"path": _TEXT, "text": _TEXT}))}),
        "drift": _object({**version, "targets": _list(_object(drifted))}),
        "diff": _object(diff),
    }
