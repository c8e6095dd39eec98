"""GitLab Code Quality (GitLab Docs, "Code Quality report format", 2026-11): one entry a finding that counts."""

from __future__ import annotations

import json
from typing import Any

from mailspec.outcome.finding import Finding, Severity
from mailspec.render.document import Document
from mailspec.render.fingerprint import fingerprints
from mailspec.render.view import Options
from mailspec.text.escape import terminal

# GitLab's words are info, minor, major, critical and blocker.
SEVERITY: dict[Severity, str] = {"error": "critical", "warning": "minor", "info": "info"}


def render(document: Document, _options: Options) -> str:
    """Return the report. Suppressed findings are left out: GitLab has no word for them."""
    marks = zip(document.findings, fingerprints(document.findings), strict=True)
    entries = [_entry(finding, mark, document) for finding, mark in marks if not finding.suppressed]
    return json.dumps(entries, indent=2)


def _entry(finding: Finding, mark: str, document: Document) -> dict[str, Any]:
    place = finding.location or document.root
    body = f"{finding.message} {finding.help}" if finding.help else finding.message
    where = f" (environment {finding.environment})" if finding.environment else ""
    return {
        "description": terminal(f"{finding.code}{where}: {body}"),
        "check_name": f"{finding.code}/{finding.name}",
        "fingerprint": mark,
        "severity": SEVERITY[finding.severity],
        "location": {"path": place.file, "lines": {"begin": place.line, "end": place.end_line}},
    }
