"""What ``diagnose`` found, as text and as data: one entry a recipient of a bounce, or a cause of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mailspec.diagnosis.bounce import Explained
from mailspec.render.as_json import dump
from mailspec.text.escape import terminal

_WIDEST = 200


def diagnoses_text(found: Sequence[Explained]) -> str:
    """Return the diagnoses for a terminal. What others wrote is escaped."""
    several = len(found) > 1 or found[0].recipient is not None
    return "\n\n".join(_text(one, several) for one in found)


def diagnoses_json(found: Sequence[Explained]) -> str:
    """Return the first diagnosis as an object, with all of them, recipients and words under ``reports``."""
    reports = [{"recipient": one.recipient, "words": one.words[:2000], **asdict(one.diagnosis)} for one in found]
    first: dict[str, Any] = asdict(found[0].diagnosis)
    return dump({**first, "reports": reports})


def _text(one: Explained, several: bool) -> str:
    found = one.diagnosis
    what = "/".join(part for part in (found.category, found.detail) if part)
    again = "Trying again later can help." if found.retry else "Trying again without a change will not help."
    head = ""
    if several:
        words = one.words if len(one.words) <= _WIDEST else f"{one.words[:_WIDEST]}..."
        whose = f"{terminal(one.recipient)}: " if one.recipient else ""
        head = f"{whose}{terminal(words)}\n"
    return f"{head}{what}: {terminal(found.advice)}\n{again}"
