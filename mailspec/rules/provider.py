"""MS2xx: what the provider offers, wants and retires. Each finding names the source of the fact and its day."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.effective import Effective
from mailspec.outcome.finding import Finding, Severity
from mailspec.providers import (
    Fact,
    Provider,
    Verdict,
    by_id,
    judge_endpoint,
    judge_from,
    judge_limits,
    judge_method,
    judge_username,
    notes,
    notices,
    region_note,
    wrong_host,
)
from mailspec.rules.base import Check, Context, at_value, blame

_SIGN_IN = frozenset({"plain", "login", "cram_md5"})


def check(context: Context) -> Iterator[Finding]:
    """Hold every configuration and every person's account against what its provider documents."""
    for held in context.configurations:
        yield from account(held, context)
    seen: set[tuple[object, ...]] = set()
    for _identity, held in context.people():
        if held.get("mode") != "smtp":
            continue
        provider = _provider(held)
        if provider is None:
            continue
        key = tuple(
            (value.value, id(value.item), value.path)
            for name in ("host", "port", "security", "auth.method", "provider")
            if (value := held.fields.get(name)) is not None
        )
        if key not in seen:
            seen.add(key)
            yield from _server(held, provider, context)
        yield from _who(held, provider)


def account(held: Effective, context: Context) -> Iterator[Finding]:
    """Hold one configuration against its provider's rules."""
    provider = _provider(held)
    if provider is None:
        return
    if held.get("mode") != "office365":
        yield from _server(held, provider, context)
        yield from _notes(held, provider)
    yield from _who(held, provider)
    limits = {name[7:]: value.value for name, value in held.fields.items() if name.startswith("limits.")}
    for limit, verdict in judge_limits(provider, limits):
        yield _of_verdict("MS207", held, verdict, f"limits.{limit}", severity="warning")


def _provider(held: Effective) -> Provider | None:
    name = held.get("provider")
    return by_id(str(name)) if name else None


def _server(held: Effective, provider: Provider, context: Context) -> Iterator[Finding]:
    host, method = held.get("host"), str(held.get("auth.method"))
    verdict = judge_endpoint(provider, host, held.get("port"), held.get("security"))
    # A host for reading mail is told once, by MS105.
    if verdict.severity and not (verdict.field == "host" and host and wrong_host(host)):
        others = {"port": "security", "security": "port"}
        field = verdict.field or "host"
        yield _of_verdict("MS201", held, verdict, field, others.get(field, "provider"))
    verdict = judge_method(provider, method, context.as_of)
    if verdict.severity:
        yield _of_verdict("MS204", held, verdict, "auth.method", "auth.username", "host", "provider")
    else:
        for notice in notices(provider, context.as_of, method, host):
            yield at_value(
                "MS205",
                blame(held, "auth.method", "host", "provider"),
                notice.text,
                object=held.object,
                severity=notice.severity,
                help=f"Dated {notice.date}. {_source(notice.fact)}",
            )


def _who(held: Effective, provider: Provider) -> Iterator[Finding]:
    username, email = held.get("auth.username"), held.get("from.email")
    method = held.get("auth.method")
    if username is not None and method in _SIGN_IN:
        verdict = judge_username(provider, str(username))
        if verdict.severity:
            yield _of_verdict("MS202", held, verdict, "auth.username", "provider")
    if email is not None:
        verdict = judge_from(
            provider,
            None if username is None else str(username),
            str(email),
            held.get("may_send_as") or (),
        )
        if verdict.severity:
            yield _of_verdict("MS206", held, verdict, "from.email", "auth.username", "host")


def _notes(held: Effective, provider: Provider) -> Iterator[Finding]:
    verdicts = notes(provider)
    region = region_note(str(held.get("host"))) if held.get("host") else None
    for verdict in [*verdicts, region] if region is not None else verdicts:
        yield _of_verdict("MS208", held, verdict, "host", "provider", severity="info")


def _of_verdict(
    code: str, held: Effective, verdict: Verdict, *fields: str, severity: Severity | None = None
) -> Finding:
    chosen: Severity = severity or verdict.severity or "warning"
    help_ = " ".join(part for part in (verdict.help, _source(verdict.fact)) if part)
    return at_value(
        code,
        blame(held, *fields),
        verdict.reason,
        object=held.object,
        severity=chosen,
        help=help_,
    )


def _source(fact: Fact | None) -> str:
    return "" if fact is None else f"Source: {fact.source} ({fact.checked}, {fact.confidence})."


CHECKS = (Check(("MS201", "MS202", "MS204", "MS205", "MS206", "MS207", "MS208"), check),)
