"""MS206: From addresses that the provider refuses or replaces."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.providers import Provider, Verdict, judge_from
from mailspec.resolve import bulk_account, mailing, mobile
from mailspec.rules.base import Check, Context
from mailspec.rules.fault import primary_value
from mailspec.rules.judged import judged, provider_of_effective


def check_sender(settings: Effective, provider: Provider) -> Iterator[Finding]:
    """Hold an account's From address against its provider's rule."""
    verdict = judge_sender(settings, provider, str(settings.from_.email))
    value = primary_value(settings, Settings.from_.email, Settings.auth.username, Settings.host)
    if verdict.severity:
        yield judged("MS206", settings, verdict, value)
    elif settings.kind == "configuration" and verdict.reason and provider.data["from"]["kind"] == "verified":
        verdict = verdict._replace(help="Once it is, list it in may_send_as.")
        yield judged("MS206", settings, verdict, value, severity="info")


def judge_sender(settings: Effective, provider: Provider, address: str) -> Verdict:
    """Judge a From address of an account, with what the author says that it may send as."""
    username, permitted = settings.auth.username, []
    for name in ("may_send_as", "may_send_on_behalf_of"):
        permitted += [pattern for pattern in settings.get(name) or () if isinstance(pattern, str)]
    return judge_from(provider, None if username is None else str(username), address, permitted)


def bulk(context: Context) -> Iterator[Finding]:
    """Hold the addresses of mobile mail and mailings against the provider of the account that sends them."""
    spec, resolver = context.spec, context.resolver
    provider = provider_of_effective(bulk_account(resolver))
    if provider is None:
        return
    sent = [mobile(resolver)] if spec.sends_mobile else []
    sent += [mailing(resolver, name) for name, item in spec.mailings.items() if item.get("mode") == "general"]
    for entry in sent:
        # Without an address of its own it is a standard mail (MS504) and leaves through another account.
        if entry.from_.email is not None and entry.provider is not None:
            yield from check_sender(entry, provider)


CHECKS = (Check(("MS206",), bulk),)
