"""The queue as text and JSON: messages, numbers, and Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mailspec.outcome.delivery import Letter, Trouble
from mailspec.outcome.queue import Counts, Numbers
from mailspec.text.escape import terminal

_FIELDS = (
    *("id", "kind", "state", "sender", "mailing", "configuration", "origin", "via", "message_id", "subject"),
    *("envelope_from", "attempts", "waits_for", "doubtful"),
)


def messages_text(messages: Sequence[Letter], total: int) -> str:
    """Return a table of messages, a line each, with the first recipient and what stands in the way."""
    if not messages:
        return "No messages."
    lines = []
    for entry in messages:
        first = entry.recipients[0].address if entry.recipients else ""
        more = f" +{len(entry.recipients) - 1}" if len(entry.recipients) > 1 else ""
        why = _why(entry)
        subject = f"  {entry.subject}" if entry.subject else ""
        lines.append(terminal(f"{entry.id[:8]}  {entry.state:<7}  {when(entry.created)}  {first}{more}{subject}{why}"))
    if total > len(messages):
        lines.append(f"... and {total - len(messages)} more (--all)")
    return "\n".join(lines)


def message_text(entry: Letter, now: float) -> str:
    """Return everything that is known of one message."""
    rows: list[tuple[str, str]] = [
        ("Id", entry.id),
        ("State", entry.state + (" (it may have arrived: the server had all of it)" if entry.doubtful else "")),
        ("Kind", entry.kind),
        ("Subject", entry.subject),
        ("Message-ID", entry.message_id),
        ("Sends", f"{entry.sender} ({entry.origin})"),
        ("Envelope from", entry.envelope_from),
        ("Accepted", when(entry.created)),
        ("Attempts", str(entry.attempts)),
        ("Sent", f"{when(entry.sent)} by {entry.via}" if entry.sent is not None else ""),
        ("Waits", f"for {entry.waits_for}, until {when(entry.due)}" if entry.due and entry.due > now else ""),
    ]
    rows += [
        ("Recipient", f"{recipient.address}: {recipient.state}{_short(recipient.trouble)}")
        for recipient in entry.recipients
    ]
    if entry.trouble is not None:
        trouble = entry.trouble
        rows += [
            ("Trouble", trouble.reason),
            ("Category", "/".join(filter(None, (trouble.category, trouble.detail)))),
            ("Stage", trouble.stage or ""),
            ("Server", trouble.server_reply or ""),
            ("Account", trouble.account or ""),
            ("Cure", trouble.advice or ""),
        ]
    return "\n".join(terminal(f"{label + ':':<15}{value}") for label, value in rows if value)


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


def numbers_text(numbers: Numbers) -> str:
    """Return the numbers as a table."""
    total = numbers.total
    lines = [
        f"Last 24 hours, {when(numbers.at)}",
        f"  sent {total.sent}   failed {total.failed}   bounced {total.bounced}{_rate(total)}"
        f"   average {_seconds(total.seconds)}",
        f"  queued {total.queued}   dead {total.dead}   workers {numbers.workers}",
    ]
    if numbers.oldest is not None:
        lines.append(f"  oldest waiting message: {numbers.oldest:.0f} s")
    if numbers.doubtful:
        lines.append(f"  {numbers.doubtful} may have arrived twice: sent whole, without an answer")
    for title, groups in (("Configuration", numbers.configurations), ("Mailing", numbers.mailings)):
        if groups:
            lines += ["", *_table(title, groups)]
    lines += [
        terminal(f"{entry.via} stands in for {entry.configuration} since {when(entry.since)}: {entry.reason}")
        for entry in numbers.standing
    ]
    return "\n".join(lines)


def numbers_json(numbers: Numbers) -> dict[str, Any]:
    """Return the numbers as plain data."""
    return {
        "version": 1,
        "at": iso(numbers.at),
        "total": _counts(numbers.total),
        "configurations": [{"name": name, **_counts(counts)} for name, counts in numbers.configurations.items()],
        "mailings": [{"name": name, **_counts(counts)} for name, counts in numbers.mailings.items()],
        "hours": [{"start": iso(hour.start), "sent": hour.sent, "dead": hour.dead} for hour in numbers.hours],
        "oldest_seconds": None if numbers.oldest is None else round(numbers.oldest, 1),
        "doubtful": numbers.doubtful,
        "workers": numbers.workers,
        "standing_in": [{**asdict(entry), "since": iso(entry.since)} for entry in numbers.standing],
    }


_GAUGES = (
    ("sent_24h", "Messages sent in the last 24 hours."),
    ("failed_24h", "Messages that became dead letters in the last 24 hours."),
    ("bounced_24h", "Recipients that bounced in the last 24 hours."),
    ("queued", "Messages that wait."),
    ("dead", "Dead letters."),
    ("delivery_seconds", "Average seconds from acceptance to the server's answer in the last 24 hours."),
)


def numbers_prometheus(numbers: Numbers, instance: str, environment: str) -> str:
    """Return the numbers in Prometheus' text format, for node_exporter's textfile collector or a scrape."""
    place = {"instance_id": instance, "environment": environment}
    series: list[tuple[dict[str, str], Counts]] = [({}, numbers.total)]
    series += [({"configuration": name}, counts) for name, counts in numbers.configurations.items()]
    series += [({"mailing": name}, counts) for name, counts in numbers.mailings.items()]
    lines = []
    for name, help in _GAUGES:
        # The total and its parts are families of their own, so that nobody adds them up.
        for family in ("", "configuration", "mailing"):
            parts = [(labels, counts) for labels, counts in series if family in labels or (not family and not labels)]
            if not parts:
                continue
            metric = f"mailspec_queue_{f'{family}_' if family else ''}{name}"
            lines += [f"# HELP {metric} {help}", f"# TYPE {metric} gauge"]
            lines += [_sample(metric, {**place, **labels}, _value(counts, name)) for labels, counts in parts]
    rest = {
        "workers": ("Workers that live.", numbers.workers),
        "oldest_seconds": ("How long the oldest waiting message has waited.", numbers.oldest or 0),
        "doubtful_24h": ("Messages sent whole without an answer in the last 24 hours.", numbers.doubtful),
    }
    for name, (help, value) in rest.items():
        metric = f"mailspec_queue_{name}"
        lines += [f"# HELP {metric} {help}", f"# TYPE {metric} gauge", _sample(metric, place, value)]
    metric = "mailspec_queue_standing_in"
    lines += [f"# HELP {metric} A configuration for which another one stands in.", f"# TYPE {metric} gauge"]
    lines += [
        _sample(metric, {**place, "configuration": entry.configuration, "via": entry.via}, 1)
        for entry in numbers.standing
    ]
    return "\n".join(lines) + "\n"


def when(seconds: float | None) -> str:
    """Return a time for people, in UTC."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def iso(seconds: float | None) -> str | None:
    """Return a time for programs."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _why(entry: Letter) -> str:
    if entry.state == "waiting":
        return f"  (waits for {entry.waits_for} until {when(entry.due)}{_short(entry.trouble)})"
    return _short(entry.trouble) if entry.state == "dead" else ""


def _short(trouble: Trouble | None) -> str:
    if trouble is None:
        return ""
    said = f": {trouble.server_reply}" if trouble.server_reply else ""
    return f" - {trouble.reason}{said}"


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


def _table(title: str, groups: Mapping[str, Counts]) -> list[str]:
    width = max(len(title), *(len(name) for name in groups))
    lines = [f"{title:<{width}}  {'sent':>7}  {'failed':>7}  {'queued':>7}  {'dead':>7}  {'bounced':>7}  average"]
    lines += [
        terminal(
            f"{name:<{width}}  {counts.sent:>7}  {counts.failed:>7}  {counts.queued:>7}  {counts.dead:>7}"
            f"  {counts.bounced:>7}  {_seconds(counts.seconds)}"
        )
        for name, counts in sorted(groups.items())
    ]
    return lines


def _rate(counts: Counts) -> str:
    rate = counts.bounce_rate
    return f" ({rate:.1%})" if rate is not None and counts.bounced else ""


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{float(value):.1f} s"


def _value(counts: Counts, name: str) -> float:
    values = {
        "sent_24h": counts.sent,
        "failed_24h": counts.failed,
        "bounced_24h": counts.bounced,
        "queued": counts.queued,
        "dead": counts.dead,
        "delivery_seconds": float(counts.seconds) if counts.seconds is not None else float("nan"),
    }
    return values[name]


def _sample(metric: str, labels: Mapping[str, str], value: float) -> str:
    words = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
    shown = "NaN" if value != value else f"{value:g}" if isinstance(value, float) else str(value)
    return f"{metric}{{{words}}} {shown}"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
