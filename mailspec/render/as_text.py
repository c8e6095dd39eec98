"""Findings for people at a terminal: place, what is wrong, the line with a mark, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report
from mailspec.text.escape import terminal

Each = Callable[[Callable[[Finding], str], Iterable[Finding]], Iterable[str]]

_COLOUR = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "info": "\x1b[1;36m"}
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
# Columns of a code frame: all of it, what stands before the mark, and the mark itself.
_WIDEST, _BEFORE, _MARKED = 120, 60, 80


class Painter:
    """Adds colour where it is wanted. Colour never carries meaning alone."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def paint(self, code: str, text: str) -> str:
        """Wrap a text in a colour's codes."""
        return f"{code}{text}{_PLAIN}" if self.colour else text

    def bold(self, text: str) -> str:
        """Make a text bold."""
        return self.paint(_BOLD, text)

    def dim(self, text: str) -> str:
        """Make a text faint."""
        return self.paint(_DIM, text)

    def severity(self, severity: str, text: str) -> str:
        """Colour a text by severity."""
        return self.paint(_COLOUR.get(severity, ""), text)


def report(held: Report, *, colour: bool = False, verbose: bool = False, quiet: bool = False, each: Each = map) -> str:
    """Return the report; suppressed findings only with ``verbose``, the summary not with ``quiet``.

    ``each`` does something with each finding, in order.
    """
    painter = Painter(colour)
    findings = [finding for finding in held.findings if verbose or not finding.suppressed]
    blocks = list(each(lambda finding: "\n".join(_finding(finding, held, painter)), findings))
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


def _finding(finding: Finding, held: Report, painter: Painter) -> Iterator[str]:
    where = painter.bold(terminal(str(finding.location))) + ": " if finding.location else ""
    word = painter.severity(finding.severity, f"{finding.severity} {finding.code}")
    tags = f" {painter.dim(f'(environment {terminal(finding.environment)})')}" if finding.environment else ""
    tags += f" {painter.dim('(suppressed)')}" if finding.suppressed else ""
    yield f"{where}{word} {finding.name}{tags}"
    yield f"  {terminal(finding.message)}"
    if finding.location is not None:
        yield from _frame(finding.location, held, painter, finding.severity)
    for related in finding.related:
        yield f"  {painter.bold(terminal(str(related.location)))}: {terminal(related.message)}"
        yield from _frame(related.location, held, painter, "info")
    if finding.help:
        yield f"  {painter.bold('help')}: {terminal(finding.help)}"
    if finding.fix is not None:
        flag = "--fix" if finding.fix.safety == "safe" else "--fix --unsafe"
        yield f"  {painter.bold('fix')}: {terminal(finding.fix.description)} ({flag} does it)"


def _frame(place: Location, held: Report, painter: Painter, severity: str) -> Iterator[str]:
    # Most reports are clean, and then none of this is needed.
    from mailspec.render.frames import frame
    from mailspec.render.width import head, tail, width

    for line in frame(held.texts, place):
        words = line.marked if place.end_line == place.line else line.marked.rstrip()
        before, marked = tail(terminal(line.before), _BEFORE), head(terminal(words), _MARKED)
        after = head(terminal(line.after), max(1, _WIDEST - width(before) - width(marked)))
        number, mark = str(line.number), "^" * max(1, width(marked))
        yield f"  {painter.dim(number + ' │')} {before}{marked}{after}"
        yield f"  {' ' * len(number)} {painter.dim('│')} {' ' * width(before)}{painter.severity(severity, mark)}"
