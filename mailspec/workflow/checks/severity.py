"""``policy.severity``: a project's own severities, and which of them cannot be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailspec.load.spec import Spec
from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import finding


def severities(findings: Iterable[Finding], spec: Spec) -> Iterator[Finding]:
    """Yield the findings as the policy wants them; those that are ``off`` are gone, those in preview are notes."""
    wanted = spec.policy.get("severity")
    for item in findings:
        severity = wanted.get(item.code) if isinstance(wanted, dict) else None
        if severity is None and CATALOGUE[item.code].preview:
            # A new rule first only tells; a policy that names it takes it in earnest.
            yield item.replace(severity="info")
        elif severity is None or not _may(item.code, severity):
            yield item
        elif severity != "off":
            yield item.replace(severity=severity)


def wrong_severities(spec: Spec) -> Iterator[Finding]:
    """Yield what is wrong with the policy's severities themselves."""
    wanted = spec.policy.get("severity")
    for code, severity in wanted.items() if isinstance(wanted, dict) else ():
        if code not in CATALOGUE:
            kind, message = "MS006", f"{code} is not a code."
        elif not _may(code, severity):
            kind, message = "MS007", f"{code} keeps its severity: whoever hides it hides what is behind it."
        else:
            continue
        path = ("severity", code)
        yield finding(
            kind,
            message,
            spec.policy.locate(path, key=True),
            path=spec.policy.pointer(path),
            help="mailspec rules lists the codes.",
        )


def _may(code: str, severity: str) -> bool:
    """What may not be silenced may not be made less either, but more."""
    return code not in NEVER_SUPPRESSED or severity in {"error", CATALOGUE[code].severity}
