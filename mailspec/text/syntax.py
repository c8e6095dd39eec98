"""A parser's complaint in our own words: what stands there and what to write."""

from __future__ import annotations

import re
from typing import Any

from mailspec.text.faults import Fault


def syntax_fault(error: Any, text: str) -> Fault:
    """Turn the error of either engine into a fault at the place that a person must look at."""
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    place = _index(getattr(error, "problem_mark", None), 0)
    began = _index(getattr(error, "context_mark", None), place)
    place, began = min(place, len(text)), min(began, len(text))
    return _fault("The text is not YAML here.", "Check the indentation and the quotes of this line.", place)


def _index(mark: Any, default: int) -> int:
    return default if mark is None else int(mark.index)


def _fault(message: str, help_: str, offset: int, length: int = 1) -> Fault:
    return Fault("syntax", message, help_, offset=offset, length=length)
