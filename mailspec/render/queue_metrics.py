"""The queue's numbers in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.outcome.queue import Counts, Numbers

_GAUGES = (
    ("sent_24h", "Messages sent in the last 24 hours."),
    ("failed_24h", "Messages that became dead letters in the last 24 hours."),
    ("bounced_24h", "Messages that came back in the last 24 hours."),
    ("bounce_ratio", "Messages that came back in the last 24 hours, as a share of those sent."),
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


def _value(counts: Counts, name: str) -> float:
    values = {
        "sent_24h": counts.sent,
        "failed_24h": counts.failed,
        "bounced_24h": counts.bounced,
        "queued": counts.queued,
        "dead": counts.dead,
        "bounce_ratio": counts.bounce_rate if counts.bounce_rate is not None else float("nan"),
        "delivery_seconds": float(counts.seconds) if counts.seconds is not None else float("nan"),
    }
    return values[name]


def _sample(metric: str, labels: Mapping[str, str], value: float) -> str:
    words = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
    shown = "NaN" if value != value else f"{value:g}" if isinstance(value, float) else str(value)
    return f"{metric}{{{words}}} {shown}"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
