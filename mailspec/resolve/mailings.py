"""What holds for the bulk account, mobile mail, mass mailings and dispatch models."""

from __future__ import annotations

from typing import NamedTuple

from mailspec.load.item import Item
from mailspec.model.effective import Effective, Fields
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve.layers import MAILING_PATHS, Layer, Paths, first, sender_at
from mailspec.resolve.resolver import Resolver
from mailspec.resolve.sender import send_as
from mailspec.resolve.server import DEFAULT, optional


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
    if configuration not in resolver.spec.configurations or resolver.activation.is_off:
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
    fields = dict(bulk_account(resolver).fields)
    general = Layer("general", resolver.spec.general, (), Paths())
    email, name = sender_at(general, ("bulk", "mobile_from"))
    permission = general.at(("bulk", "mobile_permission"))
    if permission is not None:
        fields[Settings.permission] = permission
    if email is not None:
        send_as(fields, email, _word(permission), _bounces(resolver))
    if name is not None:
        fields[Settings.from_.name] = name
    return Effective("mobile", "mobile", fields)


def mailing(resolver: Resolver, name: str) -> Effective:
    """Return what holds for a mass mailing or a dispatch model.

    One without ``send_as`` is a standard mail of whoever sends it: nothing holds for it but its mode.
    """
    item = resolver.spec.mailings[name]
    own = Layer("own", item, (), MAILING_PATHS)
    mode = own.values.get(Settings.mode) or Value("not_configured", DEFAULT)
    address, permission = own.values.get(Settings.from_.email), own.values.get(Settings.permission)
    if address is not None and not address.value:
        address = None
    if mode.value == "general" and address is not None:
        fields = dict(bulk_account(resolver).fields)
        # The general settings' mode is the one that counts; the mailing only points to it.
        send_as(fields, address, _word(permission), _bounces(resolver))
    else:
        fields = {Settings.mode: mode}
        if address is not None:
            fields[Settings.from_.email] = address
    optional([own], fields, Settings.permission, Settings.from_.name, Settings.list_unsubscribe)
    return Effective(name, "mailing", fields)


def _word(permission: Value | None) -> str:
    return "send_as" if permission is None else str(permission.value)


def _bounces(resolver: Resolver) -> Value | None:
    """Return the envelope sender that the bulk account declares."""
    settings = bulk(resolver)
    if settings.configuration is None:
        return None
    layers = resolver.configuration_layers(settings.configuration)
    declared = first(layers, Settings.envelope_from)
    return declared and Value(declared.value, f"configuration:{settings.configuration}", declared.item, declared.path)


def senders(item: Item) -> list[str]:
    """Return the people and groups who send a mailing; empty means everyone."""
    return [name for name in item.get("senders") or () if isinstance(name, str)]
