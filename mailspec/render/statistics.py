"""How often each code was found, instead of the findings."""

from __future__ import annotations

from collections import Counter

from mailspec.outcome.report import Report
from mailspec.render.as_text import summary
from mailspec.render.painter import Painter


def statistics(report: Report, *, colour: bool = False, quiet: bool = False) -> str:
    """Return a line a code, the most frequent first, with how many of them have a safe fix."""
    painter = Painter(colour)
    counts = Counter((finding.code, finding.name, finding.severity) for finding in report.counted)
    fixable = Counter(finding.code for finding in report.counted if finding.fix and finding.fix.safety == "safe")
    width = max((len(f"{number:,}") for number in counts.values()), default=1)
    lines = [
        f"{number:>{width},}  {painter.severity(severity, f'{severity:<7} {code}')} {name}"
        + (f" ({fixable[code]:,} with --fix)" if fixable[code] else "")
        for (code, name, severity), number in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    ]
    return "\n".join([*lines, *([] if quiet else [summary(report, painter)])])
