"""SARIF's rule descriptors: each code that was found with its meaning, its default level and its page."""

from __future__ import annotations

from typing import Any

from mailspec.outcome.catalogue import CATALOGUE, Entry
from mailspec.outcome.finding import Severity
from mailspec.render.document import Document
from mailspec.render.tool import web_page

_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
# The words that GitHub sorts by.
_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_FAMILY = {
    "MS0": "schema",
    "MS1": "connection",
    "MS2": "provider",
    "MS3": "secrets",
    "MS4": "modes",
    "MS5": "send-as",
    "MS6": "delivery",
    "MS7": "dns",
    "MS8": "policy",
}


def descriptors(document: Document) -> list[dict[str, Any]]:
    """Return a descriptor for each code that the document holds: all of them are ten times a usual report."""
    entries: dict[str, Entry] = {}
    for finding in sorted(document.findings, key=lambda entry: entry.code):
        code, name = finding.code, finding.name
        entries.setdefault(code, CATALOGUE.get(code) or Entry(code, name, finding.severity, name.replace("-", " ")))
    return [_descriptor(entry, document.pages.get(entry.code)) for entry in entries.values()]


def _descriptor(entry: Entry, page: str | None) -> dict[str, Any]:
    short = f"{entry.summary} Type: mailspec explain {entry.code}"
    markdown = page or f"{entry.summary}\n\n`mailspec explain {entry.code}` says why, with a bad and a good example."
    return {
        "id": entry.code,
        "name": "".join(word.capitalize() for word in entry.name.split("-")),
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": entry.summary},
        "help": {"text": page or short, "markdown": markdown},
        "helpUri": web_page(entry.code),
        "defaultConfiguration": {"level": _LEVEL[entry.severity]},
        "properties": {
            "tags": ["mail", _FAMILY.get(entry.code[:3], "mail")],
            "precision": "very-high",
            "problem.severity": _GITHUB[entry.severity],
        },
    }
