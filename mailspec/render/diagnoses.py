"""What ``diagnose`` found, as text and as data: one entry a recipient of a bounce, or a cause of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mailspec.diagnosis.bounce import Explained
from mailspec.outcome.mask import mask_known
from mailspec.render.as_json import dump
from mailspec.text.escape import terminal

_WIDEST = 200


def diagnoses_text(found: Sequence[Explained]) -> str:
    """Return the diagnoses for a terminal. What others wrote is escaped."""
    several = len(found) > 1 or found[0].recipient is not None
    return "\n\n".join(_text(one, several) for one in found)


def diagnoses_json(found: Sequence[Explained]) -> str:
    """Return the first diagnosis as an object, with all of them, recipients and words under ``reports``."""
    reports = [{"recipient": one.recipient, "words": _words(one, 2000), **asdict(one.diagnosis)} for one in found]
    first: dict[str, Any] = asdict(found[0].diagnosis)
    return dump({**first, "reports": reports})


def _text(one: Explained, several: bool) -> str:
    found = one.diagnosis
    what = "/".join(part for part in (found.category, found.detail) if part)
    again = "Trying again later can help." if found.retry else "Trying again without a change will not help."
    head = ""
    if several:
        words = _words(one, _WIDEST)
        head = f"{terminal(one.recipient)}: {terminal(words)}\n" if one.recipient and words else ""
    return f"{head}{what}: {terminal(found.advice)}\n{again}"


def _words(one: Explained, most: int) -> str | None:
    """Return a server's words about a recipient, shortened; ``None`` for a text that somebody pasted.

    Whoever pasted it has it, and it may hold the sign-in that a debug log showed.
    """
    if one.recipient is None:
        return None
    words = mask_known(one.words)
    return words if len(words) <= most else f"{words[:most]}..."
