"""The queue's numbers, as values for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Counts:
    """``sent``, ``failed`` and ``bounced`` are of the last 24 hours, ``queued`` and ``dead`` of now.

    ``seconds`` is the average time from acceptance to the server's answer, ``None`` where nothing was sent.
    """

    sent: int
    failed: int
    queued: int
    dead: int
    seconds: float | None
    bounced: int

    @property
    def bounce_rate(self) -> float | None:
        """The share of what was sent that came back, ``None`` where nothing was sent."""
        return self.bounced / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Hour:
    """What was sent and what died in one hour from ``start`` (seconds since 1970) on."""

    start: float
    sent: int
    dead: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A configuration for which another one stands in, since when and why."""

    configuration: str
    via: str
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers at one moment. ``oldest`` is how many seconds the oldest waiting message has waited.

    ``doubtful`` messages were sent whole without an answer: those may have arrived twice.
    """

    at: float
    total: Counts
    configurations: Mapping[str, Counts] = field(default_factory=dict)
    mailings: Mapping[str, Counts] = field(default_factory=dict)
    hours: tuple[Hour, ...] = ()
    oldest: float | None = None
    doubtful: int = 0
    workers: int = 0
    standing: tuple[Stand, ...] = ()
