"""MS201: hosts, ports and securities that the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.providers import Provider, Verdict, documented, judge_endpoint, wrong_host
from mailspec.rules.fault import conflicting_value, is_written, primary_value, same_layer
from mailspec.rules.host import READING
from mailspec.rules.judged import judged
from mailspec.rules.port import disagree
from mailspec.rules.say import rewrite
from mailspec.text import scalar_text


def check_wrong_host(settings: Effective) -> Iterator[Finding]:
    """Point out hosts that are known to send nothing, whoever the provider is; those for reading are MS105."""
    value = settings.value(Settings.host)
    wrong = None if value is None else wrong_host(str(value.value))
    if value is not None and wrong is not None and wrong.fact is not None and wrong.kind not in READING:
        verdict = Verdict("refused", wrong.reason, wrong.help, "host", wrong.fact)
        fix = rewrite(value, scalar_text(wrong.use), f"Write host: {wrong.use}.", "unsafe") if wrong.use else None
        yield judged("MS201", settings, verdict, value, fix=fix)


def check_endpoint(settings: Effective, provider: Provider) -> Iterator[Finding]:
    """Hold an account's host, port and security against what its provider documents."""
    host = settings.host
    verdict = judge_endpoint(provider, host, settings.port, settings.security)
    if verdict.severity is None:
        return
    if verdict.field in {"port", "security"}:
        # A port that never fits its security is told by MS101.
        if not disagree(settings, provider):
            first, other = (Settings.port, Settings.security)[:: 1 if verdict.field == "port" else -1]
            at_fault = conflicting_value(settings, first, other)
            yield judged("MS201", settings, verdict, at_fault, fix=_fix(settings, provider, at_fault))
    elif host is None or wrong_host(host) is None:
        yield judged("MS201", settings, verdict, primary_value(settings, Settings.host, Settings.provider))


def _fix(settings: Effective, provider: Provider, at_fault: Value | None) -> Fix | None:
    """Write the documented pair that keeps most of what was written; only a person knows whether it was meant."""
    port, security = settings.value(Settings.port), settings.value(Settings.security)
    pairs = [pair for pair in documented(provider, settings.host) if pair[1] != "none"]
    if port is None or not pairs:
        return None
    wanted = max(pairs, key=lambda pair: (pair[0] == port.value, security is not None and pair[1] == security.value))
    edits = []
    for value, word in zip((port, security), wanted, strict=True):
        # What nobody wrote follows from the other.
        if not is_written(value) or value.value == word:
            continue
        if value.item is None or not same_layer(at_fault, value):
            return None
        edits.append(Edit(value.item.locate(value.path), str(word)))
    return Fix("unsafe", f"Write port {wanted[0]} with {wanted[1]}.", tuple(edits)) if edits else None
