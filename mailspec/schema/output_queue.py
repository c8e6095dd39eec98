"""JSON Schemas of what ``send`` and ``queue`` print, and of what an alert's command gets."""

from __future__ import annotations

from typing import Any, get_args

from mailspec.outcome.delivery import Kind, State
from mailspec.outcome.mail import Category, Stage
from mailspec.schema.json_parts import COUNT, FLAG, MAYBE_TEXT, TEXT, VERSION, list_of, or_null, record

_TIME = {"type": "string", "format": "date-time"}
_MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
_SECONDS = {"type": ["number", "null"], "minimum": 0}


_TROUBLE = record(
    {
        "reason": TEXT,
        "category": {"enum": list(get_args(Category))},
        "stage": {"enum": [*get_args(Stage), None]},
        "detail": MAYBE_TEXT,
        "smtp_code": {"type": ["integer", "null"]},
        "enhanced_code": MAYBE_TEXT,
        "server_reply": MAYBE_TEXT,
        "advice": MAYBE_TEXT,
        "retry": FLAG,
        "begun": FLAG,
        "after_dot": FLAG,
        "account": MAYBE_TEXT,
    }
)
_RECIPIENT = record({"address": TEXT, "state": {"enum": ["open", "sent", "failed"]}, "trouble": or_null(_TROUBLE)})
_MESSAGE: dict[str, Any] = {
    "id": TEXT,
    "kind": {"enum": list(get_args(Kind))},
    "state": {"enum": list(get_args(State))},
    "sender": TEXT,
    "mailing": MAYBE_TEXT,
    "configuration": MAYBE_TEXT,
    "origin": TEXT,
    "via": MAYBE_TEXT,
    "message_id": TEXT,
    "subject": TEXT,
    "envelope_from": TEXT,
    "attempts": COUNT,
    "waits_for": MAYBE_TEXT,
    "doubtful": FLAG,
    "created": _TIME,
    "changed": _TIME,
    "due": _MAYBE_TIME,
    "sent": _MAYBE_TIME,
    "recipients": list_of(_RECIPIENT),
    "trouble": or_null(_TROUBLE),
}
_BOUNCE: dict[str, Any] = {
    "recipient": TEXT,
    "action": {"enum": ["failed", "delayed"]},
    "at": _TIME,
    "trouble": _TROUBLE,
}
_COUNTS: dict[str, Any] = {
    "sent": COUNT,
    "failed": COUNT,
    "queued": COUNT,
    "dead": COUNT,
    "average_seconds": _SECONDS,
    "bounced": COUNT,
    "bounce_rate": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
}


def queue_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by command."""
    accepted = {"id": TEXT, "message_id": TEXT, "recipients": list_of(TEXT), "subject": TEXT, "accepted": FLAG}
    named = list_of(record({"name": TEXT, **_COUNTS}))
    stands = record({"configuration": TEXT, "via": TEXT, "since": _TIME, "reason": TEXT})
    stats = {
        "at": _TIME,
        "total": record(_COUNTS),
        "configurations": named,
        "mailings": named,
        "hours": list_of(record({"start": _TIME, "sent": COUNT, "dead": COUNT, "bounced": COUNT})),
        "oldest_seconds": _SECONDS,
        "doubtful": COUNT,
        "workers": COUNT,
        "standing_in": list_of(stands),
    }
    bounces = {
        "bounces": list_of(record({"id": TEXT, **_BOUNCE, "new": FLAG})),
        "other_mail": COUNT,
        "no_reports": COUNT,
        "not_read": list_of(record({"path": TEXT, "reason": TEXT})),
    }
    return {
        "send": record({**VERSION, "messages": list_of(record(accepted)), "redirected_to": MAYBE_TEXT}),
        "queue-list": record({**VERSION, "messages": list_of(record(_MESSAGE)), "total": COUNT}),
        "queue-show": record({**VERSION, **_MESSAGE, "bounces": list_of(record(_BOUNCE))}),
        "queue-stats": record({**VERSION, **stats}),
        "queue-bounces": record({**VERSION, **bounces}),
    }
