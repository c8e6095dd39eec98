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
