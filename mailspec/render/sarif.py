"""SARIF 2.1.0 (OASIS Standard, 27 March 2020, with Errata 01), as code scanning reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mailspec.outcome.finding import Finding, Fix, Severity
from mailspec.outcome.location import Location
from mailspec.render.code_frames import frame
from mailspec.render.document import Document
from mailspec.render.fingerprint import fingerprints
from mailspec.render.rule_pages import descriptors
from mailspec.render.tool import version, web_page
from mailspec.render.view import Options
from mailspec.text.escape import terminal

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
# Section 3.11.6: brackets make links in plain messages. Section 3.11.5: {0} stands for an argument.
_LINK = re.compile(r"[\[\]\\]")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(document: Document, _options: Options) -> str:
    """Return the log. Suppressed findings are in it, marked as such, as SARIF wants it."""
    rules = descriptors(document)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    marks = fingerprints(document.findings)
    run = {
        "tool": {
            "driver": {
                "name": "mailspec",
                "version": version(),
                "semanticVersion": version(),
                "informationUri": web_page(),
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder in which mailspec ran."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": [
            _result(finding, mark, index, document) for finding, mark in zip(document.findings, marks, strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def message(text: str) -> dict[str, str]:
    """Return a plain message in which nothing of the text becomes a link or a placeholder."""
    clean = terminal(text)
    if "](" in clean:
        clean = _LINK.sub(lambda found: f"\\{found[0]}", clean)
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", clean)}


def _result(finding: Finding, mark: str, index: dict[str, int], document: Document) -> dict[str, Any]:
    body = f"{finding.message} {finding.help}" if finding.help else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": LEVEL[finding.severity],
        "message": message(body),
        "locations": [_location(finding.location or document.root, finding)],
        # The first key is the one that GitHub compares; without it the line's text would count.
        "partialFingerprints": {"primaryLocationLineHash": mark, "mailspecIdentity/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(entry.location), "message": message(entry.message)}
            for number, entry in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix)]
    if finding.suppressed:
        why = justification(finding, document.texts)
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", **({"justification": why} if why else {})}]
    properties = {"path": finding.path, "object": finding.object, "environment": finding.environment}
    result["properties"] = {key: terminal(value) for key, value in properties.items() if value}
    return result


def _location(place: Location, finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _place(place)}
    if finding.object is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": terminal(finding.object), "kind": "object"}]
    return location


def _place(place: Location) -> dict[str, Any]:
    return {"artifactLocation": artifact(place.file), "region": _region(place)}


def _region(place: Location) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    files: Iterable[str] = dict.fromkeys(edit.location.file for edit in fix.edits)
    return {
        "description": message(fix.description),
        "artifactChanges": [
            {
                "artifactLocation": artifact(file),
                "replacements": [
                    {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.text}}
                    for edit in fix.edits
                    if edit.location.file == file
                ],
            }
            for file in files
        ],
        "properties": {"safety": fix.safety},
    }


_COMMENT = re.compile(r"#\s*mailspec:\s*ignore\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*?)\s*$")


def justification(finding: Finding, texts: Mapping[str, str]) -> str:
    """Return the reason that stands on the finding's line or the line before; ``""`` where the text is not at hand."""
    lines = {line.number: line.text for line in frame(texts, finding.location, context=1)}
    line = 0 if finding.location is None else finding.location.line
    for number in (line, line - 1):
        found = _COMMENT.search(lines.get(number, ""))
        if found is not None and finding.code in re.split(r"[,\s]+", found["codes"]):
            return terminal(found["reason"])
    return ""


BASE = "%SRCROOT%"
# Section 2.3 (unreserved) and what section 3.3 allows in a path; a colon could be read as a scheme's end.
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@")


def quoted(name: str) -> str:
    """Return a path with everything else percent-encoded as UTF-8. (urllib.parse would cost 3 ms at import.)"""
    try:
        # What the file system holds that is no UTF-8 comes back as the bytes that it was (PEP 383).
        encoded = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = name.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _KEPT else f"%{byte:02X}" for byte in encoded)


def artifact(file: str) -> dict[str, str]:
    """Return SARIF's artifactLocation: relative to the base, or a file URI where the path is absolute."""
    if file.startswith("/"):
        return {"uri": f"file://{quoted(file)}"}
    return {"uri": quoted(file), "uriBaseId": BASE}
