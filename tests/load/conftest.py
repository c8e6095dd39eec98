"""Loads a project that is written down as one YAML file: ``files``, and the findings that loading must give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mailspec.load import Loaded
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.workflow.project import open_project

Files = Mapping[str, str]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Files], Loaded]:
    """``loaded({"mailspec.yml": text})`` writes the files and loads them from their folder."""

    def load(files: Files) -> Loaded:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        monkeypatch.chdir(tmp_path)
        return open_project(".").loaded

    return load


@pytest.fixture
def as_dicts() -> Callable[[Loaded], list[dict[str, Any]]]:
    """``told(loaded)`` returns the findings as the case files write them, in order of place."""

    def findings(held: Loaded) -> list[dict[str, Any]]:
        found = [*held.findings, *(f for own in held.overlay_findings.values() for f in own)]
        return [_written(f, held) for f in sorted(found, key=lambda f: f.sort_key)]

    return findings


def _written(finding: Finding, held: Loaded) -> dict[str, Any]:
    environment = next((name for name, own in held.overlay_findings.items() if finding in own), None)
    entry = {
        "at": _place(finding.location),
        "code": finding.code,
        "environment": environment,
        "path": finding.path,
        "message": finding.message,
        "help": finding.help,
        "fix": finding.fix and [edit.text for edit in finding.fix.edits],
        "related": [_place(related.location) for related in finding.related],
    }
    return {key: value for key, value in entry.items() if value not in (None, [], "")}


def _place(place: Location | None) -> str | None:
    if place is None:
        return None
    end = f"{place.end_column}" if place.end_line == place.line else f"{place.end_line}:{place.end_column}"
    return f"{place.file}:{place.line}:{place.column}-{end}"
