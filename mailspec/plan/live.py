"""What is there now: what the state holds as applied, and what each target holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mailspec.outcome.plan import Json

TargetStatus = Literal["absent", "foreign", "ours", "unreadable"]
SecretOutcome = Literal["unchanged", "changed", "not_checked"]


@dataclass(frozen=True, slots=True)
class LiveObject:
    """One object as it was last applied."""

    name: str
    fields: dict[str, Json]
    active: bool = False
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """What one target holds of the keys that are wanted there or were written there.

    ``keys`` are plain texts, ``None`` for a key that is not there; a secret's key is in ``secrets`` instead
    (or, not
    being there, in ``keys`` as ``None``). ``recorded`` is what the last apply wrote, ``None`` where there
    was none, and ``source`` the object that it was rendered from. ``owner`` is what its files say of whose they are,
    empty where they say nothing. Of the secrets that are not what the same reference gave then, those in ``rotated``
    are others because the reference gives another one; nobody wrote the target since. Somebody did where they are in
    ``edited``. ``readable`` are the files that everybody on the machine may read, by the labels with which the keys of
    a target with several files start, as they are shown.
    """

    name: str
    status: TargetStatus
    keys: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, SecretOutcome] = field(default_factory=dict)
    recorded: dict[str, Json] | None = None
    mode: str | None = None
    problem: str | None = None
    help: str = ""
    source: str | None = None
    owner: str = ""
    rotated: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    readable: Mapping[str, str] = field(default_factory=dict)

    def shown_to_all(self, key: str) -> str | None:
        """Return the file that holds a key and that everybody may read, ``None`` where only some may."""
        return next((file for label, file in self.readable.items() if not label or key.startswith(f"{label}/")), None)


@dataclass(frozen=True, slots=True)
class Live:
    """The live side. ``lineage`` is empty and ``serial`` 0 before the first apply.

    ``undeclared`` are the targets that the state has and nobody declares; ``renamed`` gives those that it has under a
    former name, new name to old name.
    """

    lineage: str = ""
    serial: int = 0
    objects: dict[str, LiveObject] = field(default_factory=dict)
    targets: dict[str, LiveTarget] = field(default_factory=dict)
    undeclared: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def active(self) -> str | None:
        """Return the name of the active object."""
        return next((name for name, entry in self.objects.items() if entry.active), None)
