"""What differs between a target and the last apply."""

from __future__ import annotations

from dataclasses import dataclass

from mailspec.outcome.plan import FieldChange


@dataclass(frozen=True, slots=True)
class Drift:
    """One target. ``fields`` hold what was written and what is there; ``who`` is all that is known of the change."""

    target: str
    path: str
    fields: tuple[FieldChange, ...]
    problem: str | None = None
    who: str = ""
    note: str = ""

    @property
    def drifted(self) -> bool:
        """Whether the target is not as the last apply left it."""
        return bool(self.fields) or self.problem is not None
