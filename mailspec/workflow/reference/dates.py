"""Every dated fact that concerns a Spec: what a provider retires, and when an application's secret ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from mailspec.mail.sign_in_hosts import provider_of_settings, signs_in_by_token
from mailspec.model.fields import PlainSettings, Settings
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import DesiredObject
from mailspec.providers import Provider, by_id
from mailspec.providers.hostnames import normal
from mailspec.resolve import effective, names
from mailspec.resolve.activation import state_of
from mailspec.workflow.workspace import Workspace

# How far ahead a plan looks: long enough for a change of sign-in to be asked for, approved and made.
NEAR = timedelta(days=400)
_NAMED = 3


class DatedFact(NamedTuple):
    """``day`` is ISO 8601; ``affected`` names objects as ``kind:name``; ``page`` is where it was read."""

    day: str
    what: str
    text: str
    provider: str
    affected: tuple[str, ...]
    page: str


def calendar(workspace: Workspace, as_of: date, within: timedelta) -> list[DatedFact]:
    """Return what changes within a time from a day on, and what has changed already and still hits somebody."""
    affected: dict[tuple[str, str, str, str, str], list[str]] = {}
    for name, key in _found(workspace, as_of):
        day = date.fromisoformat(key[0])
        if day <= as_of + within:
            affected.setdefault(key, []).append(name)
    facts = [DatedFact(*key[:4], tuple(found), key[4]) for key, found in affected.items()]
    return sorted(facts, key=lambda fact: (fact.day, fact.provider, fact.what))


def dated_notes(objects: Iterable[DesiredObject], as_of: date, within: timedelta = NEAR) -> tuple[str, ...]:
    """Return, for a plan, what a provider retires for its objects: already, or within a time from a day on."""
    affected: dict[tuple[str, str, str], list[str]] = {}
    for item in objects:
        settings = PlainSettings(item.fields)
        provider = provider_of_settings(settings) if settings.mode in ("smtp", "office365") else None
        if item.state == "absent" or provider is None:
            continue
        for change in _changes(provider, settings.auth.method or "none", settings.look_up(Settings.host)):
            if date.fromisoformat(change["date"]) <= as_of + within:
                affected.setdefault((change["date"], provider.name, change["what"]), []).append(item.name)
    return tuple(
        f"{'since' if as_of >= date.fromisoformat(day) else 'from'} {day} {provider} limits or ends {what}: "
        f"{shorten_list(found, _NAMED)}"
        for (day, provider, what), found in sorted(affected.items())
    )


def _found(workspace: Workspace, as_of: date) -> Iterator[tuple[str, tuple[str, str, str, str, str]]]:
    spec = workspace.spec
    for kind, name in names(spec):
        if kind in ("group", "mailing", "mobile") or (kind == "configuration" and state_of(spec, name) == "absent"):
            continue
        settings = effective(workspace.resolver, kind, name)
        if settings.mode not in ("smtp", "office365"):
            continue
        label = kind if kind == "bulk" else f"{kind}:{name}"
        provider = provider_of_settings(settings)
        method = settings.auth.method or "none"
        for change in () if provider is None else _changes(provider, method, settings.look_up(Settings.host)):
            side = change.get("after" if as_of >= date.fromisoformat(change["date"]) else "before")
            text = side["text"] if side is not None else ""
            assert provider is not None  # noqa: S101 - there are changes
            yield label, (change["date"], change["what"], text, provider.name, provider.fact(change).source)
        ends = settings.auth.oauth.expires
        if ends is not None and _is_day(str(ends)) and signs_in_by_token(settings):
            what = "the application's secret or certificate ends (auth.oauth.expires)"
            text = "Make a new one at the issuer before that day; without it nothing is sent."
            yield label, (str(ends), what, text, "" if provider is None else provider.name, "")


def _is_day(text: str) -> bool:
    """Tell whether the calendar has a day; one that it has not is an error of the file (MS003)."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _changes(provider: Provider, method: str, host: str | None) -> Iterator[dict[str, Any]]:
    known = by_id(provider.id)
    for change in () if known is None else known.data.get("changes", ()):
        methods = change.get("methods", ())
        if methods and method not in methods:
            continue
        if "hosts" in change and (host is None or normal(host) not in change["hosts"]):
            continue
        yield change
