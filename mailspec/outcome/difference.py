"""What a change means: effects on those who send, not lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.plan import FieldChange

EffectKind = Literal[
    "unreadable",
    "deleted",
    "mail_off",
    "server_lost",
    "deactivated",
    "policy_loosened",
    "weakened",
    "sign_in_lost",
    "secret_moved",
    "activated",
    "changed",
    "created",
    "contents",
    "policy",
]


@dataclass(frozen=True, slots=True)
class Consequence:
    """One cause and everyone whom it touches. ``kept`` are people whom it passes by: they have their own words."""

    kind: EffectKind
    objects: tuple[str, ...]
    fields: tuple[FieldChange, ...] = ()
    kept: tuple[str, ...] = ()
    cause: Location | None = None
    note: str = ""
    environment: str | None = None

    @property
    def destructive(self) -> bool:
        """Whether something is lost or gets weaker: told first."""
        return self.kind not in {"activated", "changed", "created", "policy"}


@dataclass(frozen=True, slots=True)
class Written:
    """A target that would be written: its name, its path, and the keys that change."""

    target: str
    path: str
    keys: tuple[str, ...]
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that a change means.

    ``base`` and ``head`` are shown to people: a short commit, or the working tree. ``revisions`` are both as they were
    asked for. ``writes`` are the targets in which an apply would change keys.
    """

    base: str
    head: str
    effects: tuple[Consequence, ...]
    new_secrets: tuple[str, ...]
    new_findings: tuple[Finding, ...]
    solved_findings: tuple[Finding, ...]
    dates: tuple[str, ...]
    policy_from: str
    revisions: str = ""
    writes: tuple[Written, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is touched in any way."""
        return not (self.effects or self.new_secrets or self.new_findings or self.solved_findings)
