"""The JSON that commands print, as published JSON Schemas. Keys may come, none goes."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.difference import EffectKind
from mailspec.outcome.mail import Category, Proven, Stage
from mailspec.outcome.sign_in import STATES
from mailspec.schema.json_parts import COUNT, FLAG, MAYBE_TEXT, TEXT, VERSION, list_of, or_null, record
from mailspec.schema.output_people import people_schemas
from mailspec.schema.output_queue import queue_schemas
from mailspec.schema.output_reference import reference_schemas

# The newest draft that editors know well; what they read are its words alone (SchemaStore's CONTRIBUTING, 2026-08-07).
DIALECT = "http://json-schema.org/draft-07/schema#"
BASE = "https://mailspec.example/schemas/v1/output/"

_POSITION = {"type": "integer", "minimum": 1}


LOCATION = record(
    {"file": TEXT, "line": _POSITION, "column": _POSITION, "end_line": _POSITION, "end_column": _POSITION}
)
SIGN_IN = record(
    {
        "name": TEXT,
        "kind": TEXT,
        "state": {"enum": list(STATES)},
        "account": TEXT,
        "issuer": TEXT,
        "grant": TEXT,
        "since": MAYBE_TEXT,
        "until": MAYBE_TEXT,
        "proven": MAYBE_TEXT,
        "who": {"enum": ["person", "administrator", "nobody"]},
        "reason": TEXT,
        "advice": TEXT,
        "status": {"enum": ["Authenticated", "Non-Authenticated"]},
    }
)
FIX = record(
    {
        "safety": {"enum": ["safe", "unsafe"]},
        "description": TEXT,
        "edits": list_of(record({"location": LOCATION, "text": TEXT})),
    }
)
SEVERITY = {"enum": ["error", "warning", "info"]}
FINDING = record(
    {
        "code": {"type": "string", "pattern": "^MS[0-9]{3}$"},
        "name": TEXT,
        "severity": SEVERITY,
        "message": TEXT,
        "path": TEXT,
        "object": MAYBE_TEXT,
        "environment": MAYBE_TEXT,
        "suppressed": FLAG,
        "location": or_null(LOCATION),
        "related": list_of(record({"location": LOCATION, "message": TEXT})),
        "help": TEXT,
        "fix": or_null(FIX),
    }
)
DIAGNOSIS: dict[str, Any] = {
    "category": {"enum": list(get_args(Category))},
    "detail": MAYBE_TEXT,
    "advice": TEXT,
    "provider": MAYBE_TEXT,
    "smtp_code": {"type": ["integer", "null"]},
    "enhanced_code": MAYBE_TEXT,
    "retry": FLAG,
}
SUMMARY = record({"files": COUNT, "errors": COUNT, "warnings": COUNT, "infos": COUNT, "suppressed": COUNT})
VALIDATE = record({**VERSION, "findings": list_of(FINDING), "summary": SUMMARY})
KIND = {"enum": ["configuration", "group", "user", "mailing", "bulk", "mobile"]}
STATUS = {"enum": ["sent", "passed", "failed", "skipped"]}
TEST = record(
    {
        "name": TEXT,
        "kind": KIND,
        "status": STATUS,
        "reason": MAYBE_TEXT,
        "stage": {"enum": [*get_args(Stage), None]},
        "category": {"enum": [*get_args(Category), None]},
        "detail": MAYBE_TEXT,
        "smtp_code": {"type": ["integer", "null"]},
        "enhanced_code": MAYBE_TEXT,
        "server_reply": MAYBE_TEXT,
        "advice": MAYBE_TEXT,
        "server_id": MAYBE_TEXT,
        "seconds": {"type": "number", "minimum": 0},
        "proven": {"enum": list(get_args(Proven))},
    }
)
CHANGE = record(
    {
        "target": TEXT,
        "name": TEXT,
        "action": {"enum": ["create", "update", "delete", "activate", "deactivate"]},
        "fields": list_of(record({"path": TEXT, "before": True, "after": True, "sensitive": FLAG})),
    }
)
APPLIED = record(
    {**CHANGE["properties"], "status": {"enum": ["planned", "applied", "restored", "failed", "not_tried"]}}
)
# What is read from an older history may have none.
for _change in (CHANGE, APPLIED):
    _change["properties"]["note"] = TEXT
ACTIONS = record(dict.fromkeys(CHANGE["properties"]["action"]["enum"], COUNT))


def output_schemas() -> dict[str, dict[str, Any]]:
    """Return every output's JSON Schema by its file's name."""
    value = record({"value": True, "origin": TEXT, "location": or_null(LOCATION)})
    reference, people = reference_schemas(), people_schemas(VALIDATE, TEST)
    schemas = {
        "validate": VALIDATE,
        "test": list_of(TEST),
        "diagnose": record(
            {**DIAGNOSIS, "reports": list_of(record({"recipient": MAYBE_TEXT, "words": MAYBE_TEXT, **DIAGNOSIS}))}
        ),
        "show": list_of(
            record({"name": TEXT, "kind": KIND, "effective": {"type": "object", "additionalProperties": value}})
        ),
        "plan": record({**VERSION, "changes": list_of(CHANGE), "summary": ACTIONS, "digest": TEXT}),
        "unlock": record({**VERSION, "done": list_of(TEXT)}),
        **_past(),
        **reference,
        **queue_schemas(),
        **people,
        # With --import it prints what import does.
        "init": {"anyOf": [reference["init"], *people["import"]["anyOf"][1:]]},
        "apply": record(
            {**VERSION, "changes": list_of(APPLIED), "summary": ACTIONS, "tests": list_of(TEST)}
            | {"accounts": list_of(record({"name": TEXT, "proven": TEST["properties"]["proven"], "note": TEXT}))}
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
    entry = {"id": COUNT, "at": {"type": "number"}, "who": TEXT, "commit": MAYBE_TEXT}
    return {
        "status": _status(entry),
        **_signing_in(),
        "calendar": _calendar(),
        "history": _history(entry),
        "render": record({**VERSION, "target": TEXT, "files": list_of(record({"path": TEXT, "text": TEXT}))}),
        "drift": _drift(),
        "diff": _diff(),
    }


def _status(entry: dict[str, Any]) -> dict[str, Any]:
    return record(
        {
            **VERSION,
            "instance": TEXT,
            "environment": MAYBE_TEXT,
            "active": MAYBE_TEXT,
            "serial": COUNT,
            "last": or_null(record(entry)),
            "differs": FLAG,
            "pending": list_of(CHANGE),
            "unfinished": MAYBE_TEXT,
            "locked_by": MAYBE_TEXT,
            "non_authenticated": list_of(TEXT),
            "unproven": list_of(TEXT),
            "sign_ins": list_of(SIGN_IN),
        }
    )


def _history(entry: dict[str, Any]) -> dict[str, Any]:
    past = {
        **entry,
        "status": {"enum": ["applied", "restored", "failed"]},
        "serial": COUNT,
        "plan": TEXT,
        "rollback": {"type": ["integer", "null"]},
        "changes": list_of(CHANGE),
        "tests": list_of({"type": "object"}),
    }
    return list_of(record(past))


def _signing_in() -> dict[str, dict[str, Any]]:
    signed_out = record({**VERSION, "signed_out": FLAG, "revoked": FLAG})
    # Why nobody could be signed out.
    signed_out["properties"]["reason"] = TEXT
    setup = record({**VERSION, "provider": TEXT, "steps": TEXT})
    return {
        "login": {"anyOf": [record({**VERSION, **SIGN_IN["properties"]}), setup]},
        "logout": signed_out,
        "migrate-office365": record({**VERSION, "written": FLAG, "files": list_of(TEXT), "accounts": list_of(TEXT)}),
    }


def _calendar() -> dict[str, Any]:
    words = dict.fromkeys(("day", "what", "text", "provider"), TEXT)
    date = record({**words, "affected": list_of(TEXT), "page": TEXT})
    return record({**VERSION, "as_of": TEXT, "within_days": COUNT, "dates": list_of(date)})


def _drift() -> dict[str, Any]:
    drifted = {
        "target": TEXT,
        "path": TEXT,
        "drifted": FLAG,
        "problem": MAYBE_TEXT,
        "who": TEXT,
        "note": TEXT,
        "fields": CHANGE["properties"]["fields"],
    }
    return record({**VERSION, "targets": list_of(record(drifted))})


def _diff() -> dict[str, Any]:
    effect = {
        "kind": {"enum": list(get_args(EffectKind))},
        "destructive": FLAG,
        "headline": TEXT,
        "objects": list_of(TEXT),
        "kept": list_of(TEXT),
        "environment": MAYBE_TEXT,
        "cause": or_null(LOCATION),
        "fields": CHANGE["properties"]["fields"],
    }
    written = record({"target": TEXT, "path": TEXT, "keys": list_of(TEXT), "environment": MAYBE_TEXT})
    return record(
        {
            **VERSION,
            "base": TEXT,
            "head": TEXT,
            "effects": list_of(record(effect)),
            "writes": list_of(written),
            "secrets_needed": list_of(TEXT),
            "findings": record({"new": list_of(FINDING), "solved": list_of(FINDING)}),
            "dates": list_of(TEXT),
            "summary": record(dict.fromkeys(("effects", "destructive", "new", "solved"), COUNT)),
        }
    )
