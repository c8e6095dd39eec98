"""What an apply is asked to do. Everything that it may call is handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Json, Plan
from mailspec.plan.desired import Desired, secret_reference
from mailspec.plan.flags import Flags
from mailspec.plan.limit import covers_target
from mailspec.targets.live import Lookup

Check = Callable[[], Sequence[TestResult]]


def _nothing(step: str) -> None:
    """Ignore what is told."""


@dataclass(frozen=True, slots=True)
class Request:
    """One apply.

    ``lookup`` gives a reference's secret, already resolved. ``preflight`` connects and signs in,
    ``send_test`` sends a
    real message; a result with ``status="failed"`` stops the apply while nothing is changed. ``approved`` is
    the plan
    that was shown or saved: what is derived under the lock must equal it. ``single_use`` marks a saved plan.
    ``wait`` is how many seconds to wait for a lock; ``progress`` hears the name of each step, ``tell``
    for whom a lock is waited.
    ``rollback`` is the entry of the history that is gone back to, ``sent`` what the history keeps of where secrets go.
    """

    desired: Desired
    flags: Flags
    root: Path
    lookup: Lookup
    preflight: Check | None = None
    send_test: Check | None = None
    approved: Plan | None = None
    single_use: bool = False
    wait: float = 0.0
    progress: Callable[[str], None] = _nothing
    rollback: int | None = None
    tell: Callable[[str], None] = _nothing
    sent: dict[str, tuple[str, ...]] = field(default_factory=dict)


def needed_references(desired: Desired, flags: Flags) -> list[dict[str, Json]]:
    """Return the secret references that an apply will use, without those of unused configurations."""
    found: list[dict[str, Json]] = []
    for target in desired.targets:
        if not covers_target(flags, target.name, target.source):
            continue
        references = [secret_reference(value) for value in target.keys.values()]
        found += [item for item in references if item is not None and item not in found]
    return found
