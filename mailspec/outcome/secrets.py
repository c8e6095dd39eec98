"""What is known of secrets without showing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mailspec.outcome.mail import TestResult

Trouble = Literal["missing", "exposed", "edges", "shape", "shared", "old"]


@dataclass(frozen=True, slots=True)
class SecretTrouble:
    """One remark on a secret. ``code`` is the finding that says the same of the files, where there is one."""

    kind: Trouble
    message: str
    help: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class SecretState:
    """One secret of one object. ``changed`` is when it was last changed, ``None`` where nobody knows."""

    name: str
    kind: str
    field: str
    reference: str
    present: bool
    changed: datetime | None = None
    troubles: tuple[SecretTrouble, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretChange:
    """What became of a new secret. ``test`` is the sign-in with it; ``reason`` says why it was not stored."""

    name: str
    kind: str
    reference: str
    status: Literal["stored", "refused", "failed"]
    reason: str = ""
    help: str = ""
    test: TestResult | None = None
