"""Reviewdog's Diagnostic Format as one JSON object (reviewdog's proto/rdf, 2026-11): comments on changed lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.location import Location
from mailspec.render.code_frames import frame
from mailspec.render.document import Document
from mailspec.render.view import Options
from mailspec.text.escape import terminal

_SEVERITY: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(document: Document, _options: Options) -> str:
    """Return the findings that count. Suppressed ones are left out: the format has no word for them."""
    found = [_diagnostic(finding, document) for finding in document.counted]
    return json.dumps({"source": {"name": "mailspec"}, "diagnostics": found}, indent=2)


def _diagnostic(finding: Finding, document: Document) -> dict[str, Any]:
    place = finding.location or document.root
    where = f" (environment {finding.environment})" if finding.environment else ""
    body = f"{finding.message} {finding.help}" if finding.help else finding.message
    entry: dict[str, Any] = {
        "message": terminal(f"{body}{where}"),
        "location": {"path": place.file, "range": _range(place, document.texts)},
        "severity": _SEVERITY[finding.severity],
        "code": {"value": finding.code},
    }
    if finding.fix is not None and finding.fix.safety == "safe":
        entry["suggestions"] = [
            {"range": _range(edit.location, document.texts), "text": edit.text}
            for edit in finding.fix.edits
            if edit.location.file == place.file
        ]
    if finding.related:
        entry["related_locations"] = [
            {
                "message": terminal(other.message),
                "location": {"path": other.location.file, "range": _range(other.location, document.texts)},
            }
            for other in finding.related
        ]
    return entry


def _range(place: Location, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "start": _position(place.file, place.line, place.column, texts),
        "end": _position(place.file, place.end_line, place.end_column, texts),
    }


def _position(file: str, line: int, column: int, texts: Mapping[str, str]) -> dict[str, int]:
    """Return a position whose column counts bytes of UTF-8, as the format wants it."""
    place = Location(file, line, 1, line, 1)
    text = next((entry.text for entry in frame(texts, place, longest=1 << 20)), "")
    return {"line": line, "column": len(text[: column - 1].encode("utf-8", "surrogatepass")) + 1 if text else column}
