"""Plans: what would change, as values that every format renders alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Action = Literal["create", "update", "delete", "activate", "deactivate"]
ChangeStatus = Literal["planned", "applied", "restored", "failed", "not_tried"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an object before and after. A sensitive one carries references or masks, never a value.

    Where a sensitive field has the same reference before and after, the value behind it is what changes.
    """

    path: str
    before: Json
    after: Json
    sensitive: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """Return the fields by name. There may be hundreds of thousands: ``dataclasses.asdict`` would copy each."""
        return {"path": self.path, "before": self.before, "after": self.after, "sensitive": self.sensitive}


@dataclass(frozen=True, slots=True)
class Change:
    """One action on one object of one target.

    ``target`` is ``state`` (what mailspec holds as applied) or the name of a declared target;
    ``name`` is the object, such as ``configuration:Primary``.
    """

    target: str
    name: str
    action: Action
    fields: tuple[FieldChange, ...] = ()
    note: str = ""
    status: ChangeStatus = "planned"

    @property
    def data(self) -> dict[str, Any]:
        """Return the fields by name, those of its own fields as well."""
        own = {"target": self.target, "name": self.name, "action": self.action}
        return {**own, "fields": [item.data for item in self.fields], "note": self.note, "status": self.status}


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from. Apply derives all of it again and refuses unless it is equal.

    ``live`` maps each target to the digest of what it held, with the word ``absent`` for what did not exist.
    ``commit`` is recorded for readers and never compared: a squash merge changes it.
    """

    lineage: str
    serial: int
    spec: str
    environment: str | None
    variables: str
    live: dict[str, str]
    limit: tuple[str, ...] = ()
    prune: bool = False
    confirmed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    as_of: str = ""
    commit: str | None = None
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes in the order in which they would be made, and the basis that they hold for.

    ``secrets`` maps ``target key`` to ``unchanged``, ``changed`` or ``not_checked``: the outcome of a
    comparison in
    memory, in no digest.
    """

    changes: tuple[Change, ...]
    basis: Basis
    digest: str
    notes: tuple[str, ...] = field(default=())
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, int]:
        """Count the changes by action."""
        counts = {"create": 0, "update": 0, "delete": 0, "activate": 0, "deactivate": 0}
        for change in self.changes:
            counts[change.action] += 1
        return counts
