"""From a judgement on a provider's fact to a finding that names the fact's source and its day."""

from __future__ import annotations

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix, Severity
from mailspec.providers import Fact, Provider, Verdict, by_id
from mailspec.rules.say import at_value


def provider_of_effective(settings: Effective) -> Provider | None:
    """Return an account's provider, where it is known."""
    name = settings.provider
    return by_id(str(name)) if name else None


def judged(
    code: str,
    settings: Effective,
    verdict: Verdict,
    value: Value | None,
    *,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Finding:
    """Make a finding of a verdict at the value that it is about."""
    help_ = " ".join(part for part in (verdict.help, source(verdict.fact)) if part)
    severity = severity or verdict.severity or "warning"
    return at_value(code, value, verdict.reason, object=settings.object, severity=severity, help=help_, fix=fix)


def source(fact: Fact | None) -> str:
    """Say where a fact comes from."""
    return "" if fact is None else f"Source: {fact.source} ({fact.checked}, {fact.confidence})."
