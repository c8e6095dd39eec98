"""MS2xx: what the provider offers, wants and retires. Each finding names the source of the fact and its day."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.effective import Effective, Value
from mailspec.outcome.finding import Finding, Fix, Severity
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
from mailspec.resolve import bulk_account, mailing, mobile
from mailspec.rules.base import Check, Context, at_value, blame, culprit, rewrite
from mailspec.rules.host import READING
from mailspec.rules.port import disagree

_SIGN_IN = frozenset({"plain", "login", "cram_md5"})
_SERVER = ("host", "port", "security", "auth.method", "provider")


def check(context: Context) -> Iterator[Finding]:
    """Hold every configuration and every person's account against what its provider documents."""
    for held in context.configurations:
        yield from account(held, context)
    seen: set[tuple[object, ...]] = set()
    for _identity, held in context.people():
        fields = held.fields
        if fields["mode"].value != "smtp":
            continue
        provider = provider_of(held)
        # A thousand people who copy one server would each repeat its findings.
        key = tuple((value.value, id(value.item)) for name in _SERVER if (value := fields.get(name)) is not None)
        if key not in seen:
            seen.add(key)
            yield from _host(held)
            if provider is not None:
                yield from _server(held, provider, context)
        if provider is not None:
            yield from _who(held, provider)


def account(held: Effective, context: Context) -> Iterator[Finding]:
    """Hold one configuration against its provider's rules."""
    yield from _host(held)
    provider = provider_of(held)
    if provider is None:
        return
    if held.get("mode") != "office365":
        yield from _server(held, provider, context)
        yield from _notes(held, provider)
    yield from _who(held, provider)
    limits = {name[7:]: value.value for name, value in held.fields.items() if name.startswith("limits.")}
    for limit, verdict in judge_limits(provider, limits):
        yield _of_verdict("MS207", held, verdict, f"limits.{limit}", severity="warning")


def _host(held: Effective) -> Iterator[Finding]:
    """Point out hosts that are known to send nothing, whoever the provider is; those for reading are MS105."""
    wrong = wrong_host(str(held.get("host"))) if held.get("host") is not None else None
    if wrong is not None and wrong.fact is not None and wrong.kind not in READING:
        verdict = Verdict("refused", wrong.reason, wrong.help, "host", wrong.fact)
        value = held.fields["host"]
        fix = rewrite(value, wrong.use, f"Write host: {wrong.use}.", "unsafe") if wrong.use else None
        yield _of_verdict("MS201", held, verdict, "host", fix=fix)


def provider_of(held: Effective) -> Provider | None:
    """Return an account's provider, where it is known."""
    name = held.get("provider")
    return by_id(str(name)) if name else None


def _server(held: Effective, provider: Provider, context: Context) -> Iterator[Finding]:
    host, method = held.get("host"), str(held.get("auth.method"))
    verdict = judge_endpoint(provider, host, held.get("port"), held.get("security"))
    # A host that is wrong for everyone is told already; a port that never fits its security by MS101.
    told = (wrong_host(host) if host else None) if verdict.field == "host" else disagree(held, provider)
    if verdict.severity and not told:
        if verdict.field in {"port", "security"}:
            other = "security" if verdict.field == "port" else "port"
            yield _at(culprit(held, verdict.field, other), "MS201", held, verdict)
        else:
            yield _of_verdict("MS201", held, verdict, "host", "provider")
    verdict = judge_method(provider, method, context.as_of)
    if verdict.severity:
        yield _of_verdict("MS204", held, verdict, "auth.method", "auth.username", "host", "provider")
    else:
        for notice in notices(provider, context.as_of, method, host):
            yield at_value(
                "MS205",
                blame(held, "auth.method", "host", "provider", "auth.username"),
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
        yield from _sender(held, provider)


def _sender(held: Effective, provider: Provider) -> Iterator[Finding]:
    verdict = judge_sender(held, provider, str(held.get("from.email")))
    if verdict.severity:
        yield _of_verdict("MS206", held, verdict, "from.email", "auth.username", "host")


def judge_sender(held: Effective, provider: Provider, address: str) -> Verdict:
    """Judge a From address of an account, with what the author says that it may send as."""
    username, permitted = held.get("auth.username"), []
    for name in ("may_send_as", "may_send_on_behalf_of"):
        permitted += [pattern for pattern in held.get(name) or () if isinstance(pattern, str)]
    return judge_from(provider, None if username is None else str(username), address, permitted)


def bulk(context: Context) -> Iterator[Finding]:
    """Hold the addresses of mobile mail and mailings against the provider of the account that sends them."""
    spec, resolver = context.spec, context.resolver
    provider = provider_of(bulk_account(resolver))
    if provider is None:
        return
    sent = [mobile(resolver)] if spec.general.get("bulk", "mobile_from") is not None else []
    sent += [mailing(resolver, name) for name, item in spec.mailings.items() if item.get("mode") == "general"]
    for held in sent:
        # Without an address of its own it is a standard mail (MS504) and leaves through another account.
        if held.get("from.email") is not None and held.get("provider") is not None:
            yield from _sender(held, provider)


def _notes(held: Effective, provider: Provider) -> Iterator[Finding]:
    verdicts = notes(provider)
    region = region_note(str(held.get("host"))) if held.get("host") else None
    for verdict in [*verdicts, region] if region is not None else verdicts:
        yield _of_verdict("MS208", held, verdict, "host", "provider", "auth.username", severity="info")


def _of_verdict(
    code: str,
    held: Effective,
    verdict: Verdict,
    *fields: str,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Finding:
    return _at(blame(held, *fields), code, held, verdict, severity, fix)


def _at(
    value: Value | None,
    code: str,
    held: Effective,
    verdict: Verdict,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Finding:
    help_ = " ".join(part for part in (verdict.help, _source(verdict.fact)) if part)
    severity = severity or verdict.severity or "warning"
    return at_value(code, value, verdict.reason, object=held.object, severity=severity, help=help_, fix=fix)


def _source(fact: Fact | None) -> str:
    return "" if fact is None else f"Source: {fact.source} ({fact.checked}, {fact.confidence})."


CHECKS = (
    Check(("MS201", "MS202", "MS204", "MS205", "MS206", "MS207", "MS208"), check),
    Check(("MS206",), bulk),
)
