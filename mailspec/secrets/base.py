"""What a secret backend is, and how it says that it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from mailspec.outcome.secret import Secret

ProblemKind = Literal["missing", "empty", "unreadable", "unsafe_path", "malformed", "unavailable_backend"]


@dataclass(frozen=True, slots=True)
class SecretProblem:
    """Why a reference gives no secret. The caller makes a finding (MS302) of it."""

    kind: ProblemKind
    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A secret, and whether the place it came from can be read by every user of the machine (MS303)."""

    secret: Secret
    exposed: str | None = None


class Backend(Protocol):
    """Turns the word after its name into a secret. One module a backend; mailspec.secrets.registry lists them.

    A plug-in may have the attribute ``schema``, a JSON Schema that its words are judged by before it is asked.
    """

    def __call__(self, word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
        """Return the secret, or say why there is none. Never raises for what the word or the machine holds."""
