"""Workflow commands for GitHub Actions (GitHub Docs, "Workflow commands", 2026-11), and the report below them.

GitHub shows ten annotations of a kind and step and drops the rest without a word, so the text report follows: it
holds everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.location import Location
from mailspec.outcome.mail import TestResult
from mailspec.outcome.sentence import with_stop
from mailspec.render.document import Document
from mailspec.render.view import Options
from mailspec.render.words import count
from mailspec.text.escape import github, github_property, terminal

PER_KIND = 10
_KIND: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


class Annotation(NamedTuple):
    """One annotation: ``error``, ``warning`` or ``notice``, where, and what it says."""

    kind: str
    title: str
    message: str
    place: Location | None = None


def render(document: Document, options: Options) -> str:
    """Return the commands, at most ten a kind, then the text report with commands switched off."""
    entry: dict[str, list[Annotation]] = {"error": [], "warning": [], "notice": []}
    for annotation in _annotations(document):
        entry[annotation.kind].append(annotation)
    lines = [command(annotation) for kind in entry.values() for annotation in kind[:PER_KIND]]
    left = sum(max(0, len(kind) - PER_KIND) for kind in entry.values())
    if left:
        lines.append(f"{count(left, 'more annotation')} would not be shown by GitHub; the report below has them all.")
    return "\n".join([*lines, *_quoted(options.text or terminal(document.verdict))])


def command(annotation: Annotation) -> str:
    """Return one workflow command."""
    fields = {"title": annotation.title}
    place = annotation.place
    if place is not None:
        fields = {"file": place.file, "line": str(place.line), "endLine": str(place.end_line), **fields}
        # GitHub takes columns only where the annotation stays on one line.
        if place.line == place.end_line:
            fields |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties = ",".join(f"{name}={github_property(value)}" for name, value in fields.items())
    return f"::{annotation.kind} {properties}::{github(annotation.message)}"


def _annotations(document: Document) -> Iterator[Annotation]:
    for finding in document.counted:
        yield _of_finding(finding)
    for result in document.tests:
        if result.status == "failed":
            yield _of_test(result)
    for effect in document.effects:
        if effect.destructive:
            yield Annotation("warning", "mailspec: destructive", effect.headline)
    for change in document.changes:
        if change.action == "delete":
            yield Annotation("warning", "mailspec: deletion", f"{change.name} is deleted from {change.target}.")


def _of_finding(finding: Finding) -> Annotation:
    where = f" (environment {finding.environment})" if finding.environment else ""
    title = f"{finding.code} {finding.name}{where}"
    body = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return Annotation(_KIND[finding.severity], title, body, finding.location)


def _of_test(result: TestResult) -> Annotation:
    remarks = [with_stop(part) for part in (result.reason, result.advice) if part]
    return Annotation("error", f"mailspec: {result.kind} {result.name}", "\n".join(remarks) or "The test failed.")


def _quoted(report: str) -> Iterable[str]:
    """Yield a text in which the runner must not find commands.

    The word that ends the pause is derived from the text itself: a text cannot hold its own digest.
    """
    if not report.strip():
        return
    token = sha256(report.encode("utf-8", "surrogatepass")).hexdigest()
    yield f"::stop-commands::{token}"
    yield report
    yield f"::{token}::"
