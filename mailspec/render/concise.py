"""A line a finding, as compilers write it: for editors, grep and logs."""

from __future__ import annotations

from mailspec.outcome.finding import Finding
from mailspec.render.document import Document
from mailspec.render.view import Options
from mailspec.render.words import heading
from mailspec.text.escape import terminal


def render(document: Document, _options: Options) -> str:
    """Return one line for each finding that counts; nothing where there is none."""
    return "\n".join(map(_line, document.counted))


def _line(finding: Finding) -> str:
    where = "" if finding.location is None else f"{finding.location}: "
    return terminal(f"{where}{heading(finding)}: {finding.message}")
