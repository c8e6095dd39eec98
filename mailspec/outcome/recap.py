"""What an apply did, as one value that every format renders."""

from __future__ import annotations

from dataclasses import dataclass

from mailspec.outcome.exits import Exit
from mailspec.outcome.mail import Proven, TestResult
from mailspec.outcome.plan import Change
from mailspec.outcome.refusal import Refusal


@dataclass(frozen=True, slots=True)
class TargetRecap:
    """One closing line, counted in objects (the state) or keys (a target), as Ansible does."""

    name: str
    ok: int = 0
    changed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        counts = f"ok={self.ok} changed={self.changed} failed={self.failed} skipped={self.skipped}"
        return f"{self.name} : {counts}"


@dataclass(frozen=True, slots=True)
class ProvenAccount:
    """What an apply has shown of one account that it concerned, such as ``user:alice@acme.example``.

    ``note`` says why it is no more.
    """

    name: str
    proven: Proven
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recap:
    """The changes with what became of each, the tests made, and the exit code.

    ``refusal`` is set when nothing was tried; ``failure`` says in words what stopped an apply that had begun.
    ``history`` is the id of the entry in the state's history, ``None`` where none was written. ``accounts`` says
    of each account that was concerned what was proven.
    """

    changes: tuple[Change, ...] = ()
    tests: tuple[TestResult, ...] = ()
    targets: tuple[TargetRecap, ...] = ()
    exit: Exit = Exit.CLEAN
    refusal: Refusal | None = None
    failure: str | None = None
    history: int | None = None
    notes: tuple[str, ...] = ()
    accounts: tuple[ProvenAccount, ...] = ()
