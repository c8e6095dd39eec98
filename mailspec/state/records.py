"""What the state gives back, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from mailspec.outcome.plan import Json
from mailspec.plan.live import LiveObject

HistoryStatus = Literal["applied", "restored", "failed"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is applied. Without any apply yet: no lineage, serial 0, nothing."""

    lineage: str = ""
    serial: int = 0
    objects: dict[str, LiveObject] = field(default_factory=dict)
    targets: dict[str, dict[str, Json]] = field(default_factory=dict)


# The word in a recorded change under which stands which entry its apply went back to.
ROLLBACK = "rollback"
# The word in an apply's first recorded change under which stands to which places the project sent secrets then.
SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One apply. ``at`` is seconds since 1970 (UTC); ``objects`` and ``targets`` are what held after it.

    ``rollback`` is the entry that it went back to, ``None`` where it was none.
    """

    id: int
    apply: str
    at: float
    who: str
    commit: str | None
    status: HistoryStatus
    serial: int
    plan: str
    changes: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    objects: dict[str, LiveObject]
    targets: dict[str, dict[str, Json]]
    rollback: int | None = None


@dataclass(frozen=True, slots=True)
class FormerApply:
    """What one apply left: its targets, and the places that it sent secrets to, by their keys."""

    targets: dict[str, dict[str, Json]]
    sent: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pending:
    """An apply that has not ended.

    ``traces`` name what it left beside its targets, in the order of writing.
    """

    apply: str
    holder: str
    host: str
    at: float
    traces: list[dict[str, Json]]


@dataclass(frozen=True, slots=True)
class LockInfo:
    """A lock that is held. ``expires`` is ``None`` where the holder's death releases it.

    ``dead``: the holder ran on this machine and is gone; ``here``: it runs on this machine.
    """

    holder: str
    host: str
    pid: int
    since: float
    expires: float | None
    dead: bool
    here: bool = False
