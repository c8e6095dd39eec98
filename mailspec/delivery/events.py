"""What a worker tells: to its log, and to people where it is an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "sent",
    "waiting",
    "dead",
    "standing_in",
    "back",
    "paused",
    "worker_gone",
    "started",
    "stopped",
    "trouble",
    "overridden",
]
ALERTS: frozenset[Kind] = frozenset({"dead", "standing_in", "back", "paused", "worker_gone"})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``message`` is one line for people, without secrets."""

    kind: Kind
    message: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
