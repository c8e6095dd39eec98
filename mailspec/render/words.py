"""Words that several formats share: counts, severities, sentences."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.outcome.finding import Finding

# "info" is the value in JSON; people read "note".
SEVERITY_WORD = {"error": "error", "warning": "warning", "info": "note"}


def count(number: int, word: str, plural: str = "") -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def verdict_of(summary: Mapping[str, int]) -> str:
    """Return the closing line of a report's summary."""
    found = [
        count(summary[key], word)
        for key, word in (("errors", "error"), ("warnings", "warning"), ("infos", "note"))
        if summary[key]
    ]
    tail = f", {summary['suppressed']:,} suppressed" if summary["suppressed"] else ""
    return f"{count(summary['files'], 'file')}: {', '.join(found) or 'no findings'}{tail}."


def heading(finding: Finding) -> str:
    """Return ``error MS101 port-security-mismatch``, with the environment where it holds in one only."""
    where = f" (environment {finding.environment})" if finding.environment else ""
    return f"{SEVERITY_WORD[finding.severity]} {finding.code} {finding.name}{where}"


def fix_command(finding: Finding) -> str:
    """Return what to type for a finding's fix, ``""`` where it has none."""
    if finding.fix is None:
        return ""
    return "mailspec validate --fix" if finding.fix.safety == "safe" else "mailspec validate --fix --unsafe"
