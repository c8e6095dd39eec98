"""Findings for people at a terminal: place, what is wrong, the line with a mark, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report
from mailspec.render.painter import Painter
from mailspec.render.view import Options, View
from mailspec.text.escape import terminal


def render(view: View, options: Options) -> str:
    """Return an outcome's text."""
    return view.text(options)


def report(
    report: Report,
    *,
    colour: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    link: Callable[[str], str | None] | None = None,
) -> str:
    """Return the report; suppressed findings only with ``verbose``, the summary not with ``quiet``."""
    painter = Painter(colour, link)
    findings = [finding for finding in report.findings if verbose or not finding.suppressed]
    blocks = _blocks(findings, report.texts, painter) if findings else []
    if not quiet:
        blocks.append(summary(report, painter))
    return "\n\n".join(blocks)


def summary(report: Report, painter: Painter) -> str:
    """Return the closing line."""
    counts = report.summary
    words = (("errors", "error"), ("warnings", "warning"), ("infos", "note"))
    parts = [_count(counts[key], word) for key, word in words if counts[key]]
    files = _count(counts["files"], "file")
    tail = f", {counts['suppressed']} suppressed" if counts["suppressed"] else ""
    if not parts:
        return f"{files}: no findings{tail}."
    worst = "error" if counts["errors"] else "warning" if counts["warnings"] else "info"
    return f"{files}: {painter.severity(worst, ', '.join(parts))}{tail}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _blocks(findings: list[Finding], texts: Mapping[str, str], painter: Painter) -> list[str]:
    # Most reports are clean, and then this is not needed.
    from mailspec.render.marked import marked

    def marks(place: Location, severity: str) -> list[str]:
        return marked(place, texts, painter, severity)

    return [_block(finding, painter, marks) for finding in findings]


def _block(finding: Finding, painter: Painter, marks: Callable[[Location, str], list[str]]) -> str:
    code, name, severity, message, place, _, _, environment, suppressed, related, help_, fix = finding
    where = "" if place is None else painter.bold(terminal(str(place))) + ": "
    tags = f" {painter.dim(f'(environment {terminal(environment)})')}" if environment else ""
    tags += f" {painter.dim('(suppressed)')}" if suppressed else ""
    what = painter.severity(severity, f"{severity} {painter.linked(code, code)}")
    lines = [f"{where}{what} {name}{tags}", f"  {terminal(message)}"]
    if place is not None:
        lines += marks(place, severity)
    for other, words in related:
        lines.append(f"  {painter.bold(terminal(str(other)))}: {terminal(words)}")
        lines += marks(other, "info")
    if help_:
        lines.append(f"  {painter.bold('help')}: {terminal(help_)}")
    if fix is not None:
        flag = "--fix" if fix.safety == "safe" else "--fix --unsafe"
        lines.append(f"  {painter.bold('fix')}: {terminal(fix.description)} ({flag} does it)")
    return "\n".join(lines)
