"""Outcomes as plain data and JSON: versioned and stable. Keys may come, none goes."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring as _text
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report
from mailspec.render.view import Options, View
from mailspec.text.unseen import is_unseen

# What is written here was put together here, so nothing in it can hold itself.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def render(view: View, _options: Options) -> str:
    """Return an outcome's JSON."""
    data = view.json()
    return data if isinstance(data, str) else dump(data)


def dump(data: Any) -> str:
    """Write JSON for people and programs: indented, in the order given; what nobody can see stands as an escape."""
    return visible(json.dumps(data, indent=2, ensure_ascii=False))


def visible(text: str) -> str:
    """Write JSON's way what a terminal would act on, what reorders text and what is half a character."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub("[\x7f-\U0010ffff]", _shown, text)


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable() and not is_unseen(character, 0):
        return character
    # JSON leaves DEL as it is, in ASCII too.
    return json.dumps(character)[1:-1] if character > "\x7f" else "\\u007f"


def location(place: Location | None) -> dict[str, Any] | None:
    """Return a place as data; ``None`` stays ``None``."""
    if place is None:
        return None
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as data."""
    data: dict[str, Any] = read_json(finding_json(finding))
    return data


def finding_json(finding: Finding) -> str:
    """Return a finding's JSON in one line.

    There can be tens of thousands: written by hand it takes 1.8 to 3 us instead of 5.6 to 8.5 by way of dictionaries.
    """
    related = ", ".join(
        [f'{{"location": {_location(place)}, "message": {_text(words)}}}' for place, words in finding.related]
    )
    return visible(
        f'{{"code": "{finding.code}", "name": "{finding.name}", "severity": "{finding.severity}", '
        f'"message": {_text(finding.message)}, "path": {_text(finding.path)}, "object": {_optional(finding.object)}, '
        f'"environment": {_optional(finding.environment)}, "suppressed": {"true" if finding.suppressed else "false"}, '
        f'"location": {_location(finding.location)}, "related": [{related}], "help": {_text(finding.help)}, '
        f'"fix": {_fix(finding.fix)}}}'
    )


def _location(place: Location | None) -> str:
    if place is None:
        return "null"
    file, line, column, end_line, end_column = place
    return (
        f'{{"file": {_text(file)}, "line": {line}, "column": {column}, '
        f'"end_line": {end_line}, "end_column": {end_column}}}'
    )


def _optional(text: str | None) -> str:
    return "null" if text is None else _text(text)


def _fix(fix: Fix | None) -> str:
    if fix is None:
        return "null"
    edits = ", ".join([f'{{"location": {_location(place)}, "text": {_text(words)}}}' for place, words in fix.edits])
    return f'{{"safety": "{fix.safety}", "description": {_text(fix.description)}, "edits": [{edits}]}}'


def report(report: Report) -> dict[str, Any]:
    """Return a validation's report as data."""
    return {"version": 1, "findings": [finding(f) for f in report.findings], "summary": report.summary}


def report_json(report: Report) -> str:
    """Return a report's JSON with one finding a line: quick to write for thousands of them, and easy to search."""
    lines = ",\n    ".join(map(finding_json, report.findings))
    findings = f"[\n    {lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": 1,\n  "findings": {findings},\n  "summary": {json.dumps(report.summary)}\n}}'


def effective(all_settings: Iterable[Effective]) -> list[dict[str, Any]]:
    """Return what really holds as data; secrets are their references."""
    return [
        {
            "name": entry.name,
            "kind": entry.kind,
            "effective": {name: _value(value) for name, value in entry.fields.items()},
        }
        for entry in all_settings
    ]


def _value(value: Value) -> dict[str, Any]:
    return {"value": value.value, "origin": value.origin, "location": location(value.location)}


def effective_json(all_settings: Iterable[Effective]) -> str:
    """Return the JSON of :func:`effective` with one field a line, object by object: of thousands none is kept as data.

    Without indentation inside a line the standard library writes it natively, several times as fast.
    """
    blocks = ",\n".join(map(_object_json, all_settings))
    return f"[\n{blocks}\n]" if blocks else "[]"


def _object_json(entry: Effective) -> str:
    fields = ",\n      ".join(f"{_line(name)}: {_line(_value(value))}" for name, value in entry.fields.items())
    shown = f"{{\n      {fields}\n    }}" if fields else "{}"
    return f'  {{\n    "name": {_line(entry.name)},\n    "kind": "{entry.kind}",\n    "effective": {shown}\n  }}'


def _line(data: Any) -> str:
    return visible(_ENCODER.encode(data))


def records(value: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a list of results (tests, diagnoses) as data, field by field."""
    # Not __dataclass_fields__, which has what belongs to the class as well.
    return [{field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)} for entry in value]
