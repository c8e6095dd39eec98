"""What holds for the bulk account, mobile mail, mass mailings and dispatch models."""

from __future__ import annotations

from typing import NamedTuple

from mailspec.load.item import Item
from mailspec.model.effective import Effective, Fields
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve.layers import Layer, Paths, sender_at
from mailspec.resolve.resolver import Resolver
from mailspec.resolve.server import DEFAULT


class Bulk(NamedTuple):
    """The account of mass mailings, dispatch and mobile mail: its mode and the configuration it is."""

    mode: Value
    configuration: str | None
    named: Value | None


def bulk(resolver: Resolver) -> Bulk:
    """Decide the bulk account's mode and configuration as SPEC says."""
    general = Layer("general", resolver.spec.general, (), Paths())
    mode = general.at(("bulk", "mode"))
    if mode is None:
        people = general.at(("users", "mode"))
        smtp = people is not None and people.value == "smtp"
        mode = Value("smtp" if smtp else "not_configured", DEFAULT)
    named = general.at(("bulk", "configuration"))
    configuration = resolver.activation.active if named is None else str(named.value)
    if configuration is not None and configuration not in resolver.spec.configurations:
        configuration = None
    return Bulk(mode, configuration, named)


def bulk_account(resolver: Resolver) -> Effective:
    """Return what holds for the bulk account."""
    settings = bulk(resolver)
    fields: Fields = {Settings.mode: settings.mode}
    if settings.mode.value != "not_configured" and settings.configuration is not None:
        layer = f"configuration:{settings.configuration}"
        for name, value in resolver.configuration(settings.configuration).fields.items():
            # What the configuration declares itself comes, seen from here, from the configuration.
            own = value.origin in ("own", "username")
            fields[name] = Value(value.value, layer, value.item, value.path) if own else value
        fields[Settings.mode] = settings.mode
    return Effective("bulk", "bulk", fields)


def mobile(resolver: Resolver) -> Effective:
    """Return what holds for mobile mail: the bulk account, sending as ``mobile_from``."""
    account = bulk_account(resolver)
    fields = dict(account.fields)
    email, name = sender_at(Layer("general", resolver.spec.general, (), Paths()), ("bulk", "mobile_from"))
    _send_as(fields, email, "send_as")
    if name is not None:
        fields[Settings.from_.name] = name
    return Effective("mobile", "mobile", fields)


def mailing(resolver: Resolver, name: str) -> Effective:
    """Return what holds for a mass mailing or a dispatch model."""
    item = resolver.spec.mailings[name]
    own = Layer("own", item, (), Paths())
    mode = own.at(("mode",)) or Value("not_configured", DEFAULT)
    send_as, permission = own.at(("send_as",)), str(item.get("permission") or "send_as")
    if send_as is not None and not send_as.value:
        send_as = None
    if mode.value == "general" and send_as is not None:
        fields = dict(bulk_account(resolver).fields)
        # The general settings' mode is the one that counts; the mailing only points to it.
        _send_as(fields, send_as, permission)
    else:
        fields = {Settings.mode: mode}
        if send_as is not None:
            fields[Settings.from_.email] = send_as
    return Effective(name, "mailing", fields)


def _send_as(fields: Fields, address: Value | None, permission: str) -> None:
    """Set From, Sender and envelope sender as SPEC "Sending as" says."""
    if address is None:
        return
    account = fields.get(Settings.from_.email)
    fields[Settings.from_.email] = address
    if permission == "send_on_behalf" and account is not None and account.value != address.value:
        fields[Settings.sender] = account
        fields[Settings.envelope_from] = account
    else:
        fields[Settings.envelope_from] = address


def senders(item: Item) -> list[str]:
    """Return the people and groups who send a mailing; empty means everyone."""
    return [name for name in item.get("senders") or () if isinstance(name, str)]
