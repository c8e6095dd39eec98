"""``{{ … }}``, ``${…}`` and ``<% … %>``: other programs' ways to fill in values, which nothing fills in here."""

from __future__ import annotations

import re
from typing import Any

from mailspec.load.item import TEMPLATE_MARKS, Path, in_own_key, leaves, place_of, pointer
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.text import Document

# Whose words may hold them, because a template is what they are.
_TEMPLATES = {"subject", "sample", "template", "without"}
_WHOLE = r"\s*(?:\{\{.*\}\}|\$\{\w[^{}]*\})\s*"


def mark_in(text: Any) -> str | None:
    """Return the kind of template that a text holds, ``None`` for no template."""
    if not isinstance(text, str):
        return None
    return next((mark for start, mark in TEMPLATE_MARKS.items() if start in text), None)


def is_template(text: Any) -> bool:
    """Tell whether a text is nothing but one template: then it is not itself a secret."""
    return isinstance(text, str) and re.fullmatch(_WHOLE, text, re.DOTALL) is not None


def not_evaluated(mark: str, where: Location, path: Path) -> Finding:
    """Say that a template stays as it is, and what to write."""
    return finding(
        "MS003",
        f"{mark} is not evaluated: the program would get these very characters.",
        where,
        path=pointer(path),
        help="Write the value itself; for a secret, a reference such as {env: NAME}; for what differs "
        "between environments, an overlay in environments/NAME.yml.",
    )


def unevaluated(document: Document, data: dict[str, Any]) -> list[Finding]:
    """Return a finding for each template in a file's data."""
    found = []
    for path in leaves(data):
        if in_own_key(path) or not _TEMPLATES.isdisjoint(path):
            continue
        value: Any = data
        for step in path:
            value = value[step]
        mark = mark_in(value)
        if mark:
            found.append(not_evaluated(mark, place_of(document, path), path))
    return found
