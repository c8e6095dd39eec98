"""MS606 and MS501: what stands in fails with the one that it stands in for, or may not send as that one does."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Path
from mailspec.model.effective import Effective
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.finding import Finding
from mailspec.outcome.sentence import shorten_list
from mailspec.providers import by_id
from mailspec.resolve import bulk
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item
from mailspec.text.address_patterns import covered

_SECRETS = tuple(field for field in FIELDS if field.secret)
_SHOWN = 3


def check(context: Context) -> Iterator[Finding]:
    """Compare each configuration with those that stand in for it."""
    every = {settings.name: settings for settings in context.configurations}
    bulk_account = bulk(context.resolver).configuration
    for name, settings in every.items():
        item = context.spec.configurations[name]
        for index, word in enumerate(settings.fallback or ()):
            other = every.get(word)
            if other is None or word == name:
                continue  # MS006 and MS003 say so
            path: Path = ("fallback", index)
            shared = _shared(settings, other)
            if shared:
                yield at_item(
                    "MS606",
                    item,
                    path,
                    f"'{word}' has {' and '.join(shared)} as '{name}', so what stops one may stop the other.",
                    object=settings.object,
                    help="Let a configuration stand in that is at another provider and has a secret of its own.",
                )
            lacking = _lacking(context, settings, other, is_bulk=name == bulk_account)
            if lacking:
                yield at_item(
                    "MS501",
                    item,
                    path,
                    f"'{word}' stands in for '{name}' and may not send as {shorten_list(lacking, _SHOWN)}.",
                    object=settings.object,
                    help=f"Have it permitted and listed at '{word}', or let another configuration stand in.",
                )


def _shared(one: Effective, other: Effective) -> list[str]:
    """Return what fails for both at the same time."""
    found = []
    provider = one.provider if one.mode != "office365" else one.provider or "microsoft365"
    theirs = other.provider if other.mode != "office365" else other.provider or "microsoft365"
    if provider is not None and provider == theirs:
        known = by_id(str(provider))
        found.append(f"the same provider ({known.name if known else provider})")
    elif one.host is not None and str(one.host).lower() == str(other.host).lower():
        found.append("the same host")
    for field in _SECRETS:
        secret = one.look_up(field)
        if secret is not None and secret == other.look_up(field):
            found.append("the same secret")
            break
    return found


def _lacking(context: Context, settings: Effective, other: Effective, *, is_bulk: bool) -> list[str]:
    """Return the addresses that are sent as and that a declared list of the one that stands in leaves out."""
    wanted: list[tuple[str, str]] = []
    if settings.from_.email is not None:
        wanted.append((str(settings.from_.email), str(settings.permission or "send_as")))
    if is_bulk:
        wanted += [
            (str(mailing.get("send_as")), str(mailing.get("permission") or "send_as"))
            for mailing in context.spec.mailings.values()
            if mailing.get("mode") == "general" and mailing.get("send_as")
        ]
    own = {str(other.auth.username).lower(), str(other.from_.email).lower()}
    found = []
    for address, permission in wanted:
        listed = other.get(Settings.may_send_as if permission == "send_as" else Settings.may_send_on_behalf_of)
        patterns = None if listed is None else [pattern for pattern in listed if isinstance(pattern, str)]
        if address.lower() not in own and patterns is not None and not covered(address, patterns):
            found.append(address)
    return list(dict.fromkeys(found))


CHECKS = (Check(("MS501", "MS606"), check),)
