"""Findings for people at a terminal: place, what is wrong, the line with a mark, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mailspec.outcome.finding import Finding
from mailspec.outcome.report import Report
from mailspec.render.painter import Painter
from mailspec.text.escape import terminal


def report(
    held: Report,
    *,
    colour: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    drawn: Callable[[Finding], str | None] | None = None,
) -> str:
    """Return the report; suppressed findings only with ``verbose``, the summary not with ``quiet``.

    ``drawn`` returns what :func:`block` gave for a finding, where somebody asked it before.
    """
    painter = Painter(colour)
    findings = [finding for finding in held.findings if verbose or not finding.suppressed]
    blocks = [(drawn and drawn(finding)) or block(finding, held.texts, painter) for finding in findings]
    if not quiet:
        blocks.append(summary(held, painter))
    return "\n\n".join(blocks)


def summary(held: Report, painter: Painter) -> str:
    """Return the closing line."""
    counts = held.summary
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


def block(finding: Finding, texts: Mapping[str, str], painter: Painter) -> str:
    """Return one finding of a report that shows these texts."""
    return "\n".join(_lines(finding, texts, painter))


def _lines(finding: Finding, texts: Mapping[str, str], painter: Painter) -> Iterator[str]:
    # Most reports are clean, and then this is not needed.
    from mailspec.render.marked import marked

    where = painter.bold(terminal(str(finding.location))) + ": " if finding.location else ""
    word = painter.severity(finding.severity, f"{finding.severity} {finding.code}")
    tags = f" {painter.dim(f'(environment {terminal(finding.environment)})')}" if finding.environment else ""
    tags += f" {painter.dim('(suppressed)')}" if finding.suppressed else ""
    yield f"{where}{word} {finding.name}{tags}"
    yield f"  {terminal(finding.message)}"
    if finding.location is not None:
        yield from marked(finding.location, texts, painter, finding.severity)
    for related in finding.related:
        yield f"  {painter.bold(terminal(str(related.location)))}: {terminal(related.message)}"
        yield from marked(related.location, texts, painter, "info")
    if finding.help:
        yield f"  {painter.bold('help')}: {terminal(finding.help)}"
    if finding.fix is not None:
        flag = "--fix" if finding.fix.safety == "safe" else "--fix --unsafe"
        yield f"  {painter.bold('fix')}: {terminal(finding.fix.description)} ({flag} does it)"
