"""GitLab Code Quality, held to what GitLab's documentation and its own validator ask for."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from mailspec.render.document import Document
from mailspec.render.gitlab import render
from mailspec.render.view import Options

# Written from GitLab Docs, "Code Quality report format" (2026-11): an entry that breaks it ends the reading.
FORMAT = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    # Relative, without ./ in front: else GitLab does not find the file in the merge request.
                    "path": {"type": "string", "pattern": "^(?![./])"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


def entries(document: Document) -> list[Any]:
    held = json.loads(render(document, Options()))
    jsonschema.Draft202012Validator(FORMAT).validate(held)
    return list(held)


def test_nothing_is_an_empty_list(empty):
    assert entries(empty) == []


def test_severities_are_gitlabs(document):
    held = {entry["check_name"]: entry["severity"] for entry in entries(document)}
    assert held == {
        "MS101/port-security-mismatch": "critical",
        "MS107/weak-method": "minor",
        "MS403/none-active": "critical",
        "MS208/provider-note": "info",
    }


def test_suppressed_findings_are_left_out(document):
    assert all("MS102" not in entry["check_name"] for entry in entries(document))


def test_fingerprints_are_unique_and_those_of_sarif(document):
    from mailspec.render.sarif import render as sarif

    marks = [entry["fingerprint"] for entry in entries(document)]
    assert len(set(marks)) == len(marks)
    results = json.loads(sarif(document, Options()))["runs"][0]["results"]
    assert set(marks) < {result["partialFingerprints"]["mailspecIdentity/v1"] for result in results}


def test_the_environment_is_reported(document):
    (held,) = [entry for entry in entries(document) if entry["check_name"].startswith("MS403")]
    assert held["description"].startswith("MS403 (environment staging): ")
