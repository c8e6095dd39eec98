"""MS2xx: what the provider offers, wants and retires."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.field import fields_in
from mailspec.model.fields import BY_NAME, Limits, Settings
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.finding import Finding
from mailspec.providers import Provider, judge_limits, judge_method, judge_username, notes, notices, region_note
from mailspec.rules.base import Check, Context
from mailspec.rules.endpoint import check_endpoint, check_wrong_host
from mailspec.rules.fault import primary_value
from mailspec.rules.judged import judged, provider_of_effective, source
from mailspec.rules.say import at_value
from mailspec.rules.sender import check_sender

# Where a finding about the provider as a whole stands: the word by which it is known.
_KNOWN_BY = (Settings.host, Settings.provider, Settings.auth.username)
_LIMITS = tuple(fields_in(Limits))


def check(context: Context) -> Iterator[Finding]:
    """Hold every configuration and every person's account against what its provider documents."""
    for settings in context.configurations:
        yield from account(settings, context)
    for settings in context.servers:
        yield from check_wrong_host(settings)
        provider = provider_of_effective(settings)
        if provider is not None:
            yield from _server(settings, provider, context)
    for kind in context.kinds:
        if kind.first.server is not None and Settings.provider in kind.first.server:
            for identity in kind.identities:
                if identity in context.same:
                    continue
                person = context.resolver.person(identity)
                provider = provider_of_effective(person)
                if provider is not None:
                    yield from _who(person, provider)


def account(settings: Effective, context: Context) -> Iterator[Finding]:
    """Hold one configuration against its provider's rules."""
    yield from check_wrong_host(settings)
    provider = provider_of_effective(settings)
    if provider is None:
        return
    if settings.mode != "office365":
        yield from _server(settings, provider, context)
        yield from _notes(settings, provider)
        yield from _region(settings)
    yield from _who(settings, provider)
    limits = {
        field.removeprefix("limits."): value for field in _LIMITS if (value := settings.look_up(field)) is not None
    }
    for limit, verdict in judge_limits(provider, limits):
        yield judged(
            "MS207", settings, verdict, primary_value(settings, BY_NAME[f"limits.{limit}"]), severity="warning"
        )


def _server(settings: Effective, provider: Provider, context: Context) -> Iterator[Finding]:
    yield from check_endpoint(settings, provider)
    method = str(settings.auth.method)
    verdict = judge_method(provider, method, context.as_of)
    if verdict.severity:
        yield judged(
            "MS204",
            settings,
            verdict,
            primary_value(settings, Settings.auth.method, Settings.auth.username, Settings.host, Settings.provider),
        )
        return
    for notice in notices(provider, context.as_of, method, settings.host):
        yield at_value(
            "MS205",
            primary_value(settings, Settings.auth.method, *_KNOWN_BY),
            notice.text,
            object=settings.object,
            severity=notice.severity,
            help=f"Dated {notice.date}. {source(notice.fact)}",
        )


def _who(settings: Effective, provider: Provider) -> Iterator[Finding]:
    username = settings.auth.username
    if username is not None and settings.auth.method in WITH_PASSWORD:
        verdict = judge_username(provider, str(username))
        if verdict.severity:
            yield judged("MS202", settings, verdict, primary_value(settings, Settings.auth.username, Settings.provider))
    if settings.from_.email is not None:
        yield from check_sender(settings, provider)


def _notes(settings: Effective, provider: Provider) -> Iterator[Finding]:
    for verdict in notes(provider):
        yield judged("MS208", settings, verdict, primary_value(settings, *_KNOWN_BY), severity="info")


def _region(settings: Effective) -> Iterator[Finding]:
    verdict = region_note(str(settings.host)) if settings.host else None
    if verdict is not None:
        yield judged("MS209", settings, verdict, settings.value(Settings.host), severity="info")


CHECKS = (Check(("MS201", "MS202", "MS204", "MS205", "MS206", "MS207", "MS208", "MS209"), check),)
