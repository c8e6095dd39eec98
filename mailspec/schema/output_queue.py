"""JSON Schemas of what ``send`` and ``queue`` print, and of what an alert's command gets."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.delivery import Kind, State
from mailspec.outcome.mail import Category, Stage

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_TIME = {"type": "string", "format": "date-time"}
_MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = {"type": ["number", "null"], "minimum": 0}
_FLAG = {"type": "boolean"}
_VERSION = {"version": {"const": 1}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_TROUBLE = _object(
    {
        "reason": _TEXT,
        "category": {"enum": list(get_args(Category))},
        "stage": {"enum": [*get_args(Stage), None]},
        "detail": _MAYBE_TEXT,
        "smtp_code": {"type": ["integer", "null"]},
        "enhanced_code": _MAYBE_TEXT,
        "server_reply": _MAYBE_TEXT,
        "advice": _MAYBE_TEXT,
        "retry": _FLAG,
        "begun": _FLAG,
        "after_dot": _FLAG,
        "account": _MAYBE_TEXT,
    }
)
_RECIPIENT = _object({"address": _TEXT, "state": {"enum": ["open", "sent", "failed"]}, "trouble": _maybe(_TROUBLE)})
_MESSAGE: dict[str, Any] = {
    "id": _TEXT,
    "kind": {"enum": list(get_args(Kind))},
    "state": {"enum": list(get_args(State))},
    "sender": _TEXT,
    "mailing": _MAYBE_TEXT,
    "configuration": _MAYBE_TEXT,
    "origin": _TEXT,
    "via": _MAYBE_TEXT,
    "message_id": _TEXT,
    "subject": _TEXT,
    "envelope_from": _TEXT,
    "attempts": _COUNT,
    "waits_for": _MAYBE_TEXT,
    "doubtful": _FLAG,
    "created": _TIME,
    "changed": _TIME,
    "due": _MAYBE_TIME,
    "sent": _MAYBE_TIME,
    "recipients": _list(_RECIPIENT),
    "trouble": _maybe(_TROUBLE),
}
_BOUNCE: dict[str, Any] = {
    "recipient": _TEXT,
    "action": {"enum": ["failed", "delayed"]},
    "at": _TIME,
    "trouble": _TROUBLE,
}
_COUNTS: dict[str, Any] = {
    "sent": _COUNT,
    "failed": _COUNT,
    "queued": _COUNT,
    "dead": _COUNT,
    "average_seconds": _SECONDS,
    "bounced": _COUNT,
    "bounce_rate": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
}


def queue_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by command."""
    accepted = {"id": _TEXT, "message_id": _TEXT, "recipients": _list(_TEXT), "subject": _TEXT, "accepted": _FLAG}
    named = _list(_object({"name": _TEXT, **_COUNTS}))
    stands = _object({"configuration": _TEXT, "via": _TEXT, "since": _TIME, "reason": _TEXT})
    stats = {
        "at": _TIME,
        "total": _object(_COUNTS),
        "configurations": named,
        "mailings": named,
        "hours": _list(_object({"start": _TIME, "sent": _COUNT, "dead": _COUNT, "bounced": _COUNT})),
        "oldest_seconds": _SECONDS,
        "doubtful": _COUNT,
        "workers": _COUNT,
        "standing_in": _list(stands),
    }
    bounces = {
        "bounces": _list(_object({"id": _TEXT, **_BOUNCE, "new": _FLAG})),
        "other_mail": _COUNT,
        "no_reports": _COUNT,
        "not_read": _list(_object({"path": _TEXT, "reason": _TEXT})),
    }
    return {
        "send": _object({**_VERSION, "messages": _list(_object(accepted)), "redirected_to": _MAYBE_TEXT}),
        "queue-list": _object({**_VERSION, "messages": _list(_object(_MESSAGE)), "total": _COUNT}),
        "queue-show": _object({**_VERSION, **_MESSAGE, "bounces": _list(_object(_BOUNCE))}),
        "queue-stats": _object({**_VERSION, **stats}),
        "queue-bounces": _object({**_VERSION, **bounces}),
    }
