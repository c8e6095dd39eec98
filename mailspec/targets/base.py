"""What a target is: a program whose settings can be read, written and checked. One module a type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import TargetDesired
from mailspec.targets.scope import Scope

Undone = Literal["untouched", "restored", "foreign"]
# What is written under one key, as the program takes it: only a secret hides its text.
WrittenValue = str | Secret


def text_of(value: WrittenValue) -> str:
    """Return the text that is written for a value."""
    return value.reveal() if isinstance(value, Secret) else value


@dataclass(frozen=True, slots=True)
class TargetProblem:
    """Why a target cannot be rendered, read or written, and what to do. Never holds a value."""

    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A configuration in a program's words.

    ``keys`` are texts, ``{"secret": REFERENCE}`` or ``None`` for a key that is to go. ``uncovered`` are the
    settings that hold and that the program takes from elsewhere; ``notes`` say so in words, one a finding.
    ``carries`` names the objects whose mail the program sends with these keys, such as ``user:alice@acme.example``.
    """

    keys: dict[str, Json]
    uncovered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetContents:
    """What a target holds. Every value counts as a secret until it is known not to be one.

    A key maps to ``None`` where it is set by an expression that only its program could tell. ``sealed`` are keys that
    are there and that nobody here can read back, so that their secrets cannot be compared. ``owner`` is what the files
    say of whose they are. ``written`` changes when the target is written, by whoever does it; ``None`` where the target
    cannot tell.
    """

    exists: bool
    values: dict[str, Secret | None] = field(default_factory=dict)
    mode: str | None = None
    sealed: frozenset[str] = frozenset()
    owner: str = ""
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An unfinished apply as its journal names it, with the state that knows whether it holds."""

    apply: str
    state: str
    where: str


class TargetType(Protocol):
    """One type of target.

    ``trace`` values are JSON, hold paths and no contents, and are all that recovery needs.
    """

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the keys for what holds; without a default configuration mail is off."""

    def read(self, target: TargetDesired, root: Path) -> TargetContents | TargetProblem:
        """Return what is held now. ``root`` is the project's folder, at which relative paths start."""

    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return what names everything that ``stage`` will leave."""

    def lock_folder(self, trace: Mapping[str, Json]) -> Path | None:
        """Return the folder that is locked while the target is written, ``None`` where there is none."""

    def left(self, trace: Mapping[str, Json]) -> Left | TargetProblem | None:
        """Return whose unfinished apply has left something beside the target, or why that cannot be told."""

    def stage(
        self, target: TargetDesired, trace: Mapping[str, Json], values: Mapping[str, WrittenValue | None]
    ) -> TargetProblem | None:
        """Make all ready beside the target. Nothing that a program reads changes."""

    def switch(self, trace: Mapping[str, Json]) -> TargetProblem | None:
        """Put in force what was staged, in one step."""

    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]) -> list[str]:
        """Read back and return the names of the fields that are not as wanted."""

    def undo(self, trace: Mapping[str, Json]) -> Undone:
        """Put back what was there, from any point on; may be called again after having been killed."""

    def finish(self, trace: Mapping[str, Json]) -> None:
        """Remove what undoing would have needed; may be called again after having been killed."""


class Reach(NamedTuple):
    """What a target is that no file holds: the address that is asked, and the references that its type reads itself.

    A type with a method ``reaches(target)`` says so, or ``None`` for a target that asks nobody; limits from outside are
    asked for both before anything else.
    """

    url: str
    references: tuple[Mapping[str, Json], ...]


class Proving(Protocol):
    """What a type has beside :class:`TargetType` where its program can test its settings by itself."""

    def prove(
        self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]
    ) -> str | TargetProblem:
        """Ask the program's own test of what it holds now; return what was proven, or why it was not.

        It is asked after the write and in ``drift``, of targets that say ``prove: true``. ``values`` are the wanted
        keys; a secret that is not readable here is ``None``.
        """
