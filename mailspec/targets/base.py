"""What a target is: a program whose settings can be read, written and checked. One module a type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

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


# What the files of one target hold at most, in bytes: more is no list of settings.
LARGEST = 4 * 1024 * 1024


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
    cannot tell. ``readable`` are the files that everybody on the machine may read, by their labels, as they are shown.
    """

    exists: bool
    values: dict[str, Secret | None] = field(default_factory=dict)
    mode: str | None = None
    sealed: frozenset[str] = frozenset()
    owner: str = ""
    written: str | None = None
    readable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """An unfinished apply as its journal names it, with the state that knows whether it holds."""

    apply: str
    state: str
    where: str


class Reach(NamedTuple):
    """What a target is that no file holds: the address that is asked, and the references that its type reads itself.

    ``part`` is what has administrators of its own there, such as a realm: who gets the settings is another one then.
    """

    url: str
    references: tuple[Mapping[str, Json], ...]
    part: str = ""


class Format(ABC):
    """One file format. A key's value is ``None`` where only the program could tell it.

    ``comment`` is what a comment line starts with, ``None`` in a format without comments: whose the file is then stands
    in a small file beside it. ``one_line`` tells that a line end in a value would be one in the file; a format that
    writes such characters as escapes says ``False``.
    """

    comment: str | None = None
    one_line: bool = True

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why no file can hold a value, in words that do not show it; ``edit`` refuses it as well."""
        return None

    @abstractmethod
    def parse(self, text: str) -> dict[str, str | None]:
        """Return the keys with their values as the program takes them. Understands every text."""

    @abstractmethod
    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Return the text in which each wanted key has its value, and those with ``None`` are gone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a target. ``mode`` is a new file's; an existing one keeps its own unless the target declares one."""

    path: str
    format: Format
    mode: int = 0o600


class TargetType(ABC):
    """One type of target: all that mailspec asks of it. A package's own type derives from it, or from one that does.

    What is abstract every type says itself; :class:`mailspec.targets.files_target.FilesTarget` says it for types that
    are made of files, all but ``render`` and ``parts``. The rest has a default that stands for "there is none".

    ``trace`` values are JSON, hold paths and no contents, and are all that recovery needs.

    Attributes:
        schema: The JSON Schema of the words of an installed package's type. Types of ours have theirs in
            :mod:`mailspec.model.kinds`.
        capabilities: What the program of an installed package's type keeps, entries as a preset's ``facts`` are.
        default_path: The place that the type writes where a target names none.
        not_compared: What ``drift`` says where it cannot tell what the program itself holds.
    """

    schema: ClassVar[Mapping[str, Any]] = {}
    capabilities: ClassVar[Sequence[Mapping[str, Any]]] = ()
    default_path: ClassVar[str | None] = None
    not_compared: ClassVar[str] = ""

    @abstractmethod
    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the keys for what holds; without a default configuration mail is off."""

    @abstractmethod
    def read(self, target: TargetDesired, root: Path) -> TargetContents | TargetProblem:
        """Return what is there now. ``root`` is the project's folder, at which relative paths start."""

    @abstractmethod
    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return what names everything that ``stage`` will leave."""

    @abstractmethod
    def lock_folder(self, trace: Mapping[str, Json]) -> Path | None:
        """Return the folder that is locked while the target is written, ``None`` where there is none."""

    @abstractmethod
    def left(self, trace: Mapping[str, Json]) -> Left | TargetProblem | None:
        """Return whose unfinished apply has left something beside the target, or why that cannot be told."""

    @abstractmethod
    def stage(
        self, target: TargetDesired, trace: Mapping[str, Json], values: Mapping[str, WrittenValue | None]
    ) -> TargetProblem | None:
        """Make all ready beside the target. Nothing that a program reads changes."""

    @abstractmethod
    def switch(self, trace: Mapping[str, Json]) -> TargetProblem | None:
        """Put in force what was staged, in one step."""

    @abstractmethod
    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]) -> list[str]:
        """Read back and return the names of the fields that are not as wanted."""

    @abstractmethod
    def undo(self, trace: Mapping[str, Json]) -> Undone:
        """Put back what was there, from any point on; may be called again after having been killed."""

    @abstractmethod
    def finish(self, trace: Mapping[str, Json]) -> None:
        """Remove what undoing would have needed; may be called again after having been killed."""

    def place_of(self, declared: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """Return what stands for the path of a target that names none, ``None`` where it must name one."""
        return self.default_path

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem | None:  # noqa: ARG002
        """Return the target's files by label, ``None`` where it is made of none. An only file has the label ``""``."""
        return None

    def unwritable(self, target: TargetDesired) -> TargetProblem | None:  # noqa: ARG002
        """Return why a plain value of the target could not be written, as far as that can be told before any secret is
        read and the target is looked at."""
        return None

    def beside(self, target: TargetDesired, root: Path) -> list[str]:  # noqa: ARG002
        """Return the real paths of what an apply leaves for good beside the target's files."""
        return []

    def reaches(self, target: TargetDesired) -> Reach | None:  # noqa: ARG002
        """Return whom a target asks, ``None`` for one that asks nobody.

        Limits from outside are asked for the address and the references before anything else.
        """
        return None

    def rooted(self, target: TargetDesired, root: Path) -> TargetDesired:  # noqa: ARG002
        """Return the target as ``render`` needs it: files that its parts read by absolute paths."""
        return target

    def default_reload(self, path: str) -> list[str]:  # noqa: ARG002
        """Return the command that makes the program read ``path`` again where the target declares no ``reload``."""
        return []

    def proof_command(self, target: TargetDesired, root: Path) -> list[str]:  # noqa: ARG002
        """Return the command that ``prove`` runs, for limits from outside and the plan; none where it runs none."""
        return []

    def prove(
        self,
        target: TargetDesired,
        root: Path,  # noqa: ARG002
        values: Mapping[str, WrittenValue | None],  # noqa: ARG002
    ) -> str | TargetProblem:
        """Ask the program's own test of what it has now; return what was proven, or why it was not.

        It is asked after the write and in ``drift``, of targets that say ``prove: true``. ``values`` are the wanted
        keys; a secret that is not readable here is ``None``.
        """
        return f"not proven: a target of type {target.type} has no test of its own"
