"""Which addresses mail is sent from, through which accounts: what DNS has to fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailspec.load.item import Item
from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve import bulk_account, mailing, mobile
from mailspec.rules.base import Context
from mailspec.text import punycode
from mailspec.text.address import is_address


class Use(NamedTuple):
    """One From with the account that sends it. ``mailing`` is the declared mailing, ``None`` for other mail."""

    value: Value
    domain: str
    envelope: str
    settings: Effective
    object: str
    mailing: Item | None = None

    @property
    def host(self) -> str | None:
        """The server that takes the message, where one is named."""
        host = self.settings.host
        return str(host).lower().rstrip(".") if host else None


def uses(context: Context) -> Iterator[Use]:
    """Give every From of the Spec once with each account that sends it."""
    seen: set[tuple[object, ...]] = set()
    for use in _all(context):
        key = (use.domain, use.envelope, use.host, use.object if use.mailing is not None else None)
        if key not in seen:
            seen.add(key)
            yield use


def _all(context: Context) -> Iterator[Use]:
    spec, resolver = context.spec, context.resolver
    for settings in context.configurations:
        yield from _use(settings, settings.object)
    for person, _identities in context.kinds:
        yield from _use(person, person.object)
    account = bulk_account(resolver)
    if account.value(Settings.from_.email) is None:
        return
    if spec.general.get("bulk", "mobile_from") is not None:
        yield from _use(mobile(resolver), "mobile")
    for name, item in spec.mailings.items():
        if item.get("mode") == "general" and item.get("send_as"):
            yield from _use(mailing(resolver, name), f"mailing:{name}", item)


def _use(settings: Effective, object_: str, item: Item | None = None) -> Iterator[Use]:
    value = settings.value(Settings.from_.email)
    if value is None or not is_address(str(value.value)):
        return
    envelope = settings.envelope_from
    sender = str(envelope if envelope and is_address(str(envelope)) else value.value)
    yield Use(value, _domain(str(value.value)), _domain(sender), settings, object_, item)


def _domain(address: str) -> str:
    return punycode(address.rpartition("@")[2]).lower()
