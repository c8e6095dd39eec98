"""The queue as JSON: messages, what came back, and numbers. The schemas are in mailspec/schema/output_queue.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mailspec.outcome.delivery import Letter, Trouble
from mailspec.outcome.queue import Bounce, Counts, Numbers

_FIELDS = (
    *("id", "kind", "state", "sender", "mailing", "configuration", "origin", "via", "message_id", "subject"),
    *("envelope_from", "attempts", "waits_for", "doubtful"),
)


def messages_json(messages: Iterable[Letter]) -> list[dict[str, Any]]:
    """Return messages as plain data; times are ISO 8601 in UTC."""
    return [
        {
            **{name: getattr(entry, name) for name in _FIELDS},
            "created": iso(entry.created),
            "changed": iso(entry.changed),
            "due": iso(entry.due),
            "sent": iso(entry.sent),
            "recipients": [
                {"address": recipient.address, "state": recipient.state, "trouble": _trouble(recipient.trouble)}
                for recipient in entry.recipients
            ],
            "trouble": _trouble(entry.trouble),
        }
        for entry in messages
    ]


def message_json(entry: Letter, bounces: Sequence[Bounce]) -> dict[str, Any]:
    """Return one message, and what came back of it."""
    return {"version": 1, **messages_json([entry])[0], "bounces": [_bounce(bounce) for bounce in bounces]}


def bounces_json(
    found: Sequence[tuple[str, Bounce]], others: int, no_reports: int, problems: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return what mails reported as plain data."""
    return {
        "version": 1,
        "bounces": [{"id": id, **_bounce(bounce), "new": bounce.new} for id, bounce in found],
        "other_mail": others,
        "no_reports": no_reports,
        "not_read": [{"path": place, "reason": reason} for place, reason in problems],
    }


def numbers_json(numbers: Numbers) -> dict[str, Any]:
    """Return the numbers as plain data."""
    return {
        "version": 1,
        "at": iso(numbers.at),
        "total": _counts(numbers.total),
        "configurations": [{"name": name, **_counts(counts)} for name, counts in numbers.configurations.items()],
        "mailings": [{"name": name, **_counts(counts)} for name, counts in numbers.mailings.items()],
        "hours": [
            {"start": iso(hour.start), "sent": hour.sent, "dead": hour.dead, "bounced": hour.bounced}
            for hour in numbers.hours
        ],
        "oldest_seconds": None if numbers.oldest is None else round(numbers.oldest, 1),
        "doubtful": numbers.doubtful,
        "workers": numbers.workers,
        "standing_in": [{**asdict(entry), "since": iso(entry.since)} for entry in numbers.standing],
    }


def iso(seconds: float | None) -> str | None:
    """Return a time for programs."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _trouble(trouble: Trouble | None) -> dict[str, Any] | None:
    return None if trouble is None else asdict(trouble)


def _counts(counts: Counts) -> dict[str, Any]:
    rate = counts.bounce_rate
    average = None if counts.seconds is None else round(float(counts.seconds), 3)
    return {
        "sent": counts.sent,
        "failed": counts.failed,
        "queued": counts.queued,
        "dead": counts.dead,
        "average_seconds": average,
        "bounced": counts.bounced,
        "bounce_rate": None if rate is None else round(rate, 4),
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "recipient": bounce.recipient,
        "action": bounce.action,
        "at": iso(bounce.at),
        "trouble": _trouble(bounce.trouble),
    }
