"""The queue's numbers, as values for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mailspec.outcome.delivery import Trouble


@dataclass(frozen=True, slots=True)
class Counts:
    """``sent``, ``failed`` and ``bounced`` are of the last 24 hours, ``queued`` and ``dead`` of now.

    ``bounced`` are messages of which a recipient's came back in that time, whenever they were sent: servers try for
    days.

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
        """What came back, as a share of what was sent in the same time; ``None`` where nothing was sent."""
        return min(1.0, self.bounced / self.sent) if self.sent else None


@dataclass(frozen=True, slots=True)
class Hour:
    """What was sent, died and came back in one hour from ``start`` (seconds since 1970) on."""

    start: float
    sent: int
    dead: int
    bounced: int = 0


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


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says of one recipient. ``at`` is when it was written, in seconds since 1970.

    ``new`` tells that it was recorded now, and not known before.
    """

    recipient: str
    action: str
    at: float
    trouble: Trouble
    new: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What one mail came to: it reports of a message of this queue, of none of it, or it is no report."""

    kind: Literal["bounced", "other", "no_report"]
    letter: str | None = None
    bounces: tuple[Bounce, ...] = ()
