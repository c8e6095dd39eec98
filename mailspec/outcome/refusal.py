"""A refusal: mailspec could go on but must not, and says which rule stops it and what to type."""

from __future__ import annotations

from dataclasses import dataclass

from mailspec.outcome.exits import Exit


@dataclass(frozen=True, slots=True)
class Refusal:
    """``rule`` is a stable word for programs; ``message`` says what was found, ``help`` what to type next."""

    rule: str
    message: str
    help: str = ""
    exit: Exit = Exit.REFUSED


class RefusedError(Exception):
    """Something deep inside must not go on; the command line turns it into its refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
