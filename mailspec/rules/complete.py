"""MS405: what a mode needs and the Spec does not give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item
from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import Settings
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.sentence import shorten_list
from mailspec.providers import by_id
from mailspec.resolve import bulk
from mailspec.resolve.person import Person
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, at_value
from mailspec.text.address import is_address

_SHOWN = 3


def configurations(context: Context) -> Iterator[Finding]:
    """A configuration that is used must be complete; one that is kept aside may wait."""
    for settings in context.configurations:
        item = context.spec.configurations[settings.name]
        use = context.used.get(settings.name)
        severity: Severity = "error" if use else "warning"
        for path, what, why in _missing(settings, item):
            yield at_item(
                "MS405",
                item,
                path,
                f"'{settings.name}' has no {what}{f', and {use}' if use else ''}.",
                object=settings.object,
                severity=severity,
                help=why,
            )


def _missing(settings: Effective, item: Item) -> Iterator[tuple[tuple[str, ...], str, str]]:
    fields = settings.fields

    def lacks(field: Field[Any], *path: str) -> bool:
        return field not in fields and not item.is_damaged(path)

    office365, method = settings.mode == "office365", settings.auth.method
    if not office365:
        if lacks(Settings.host, "host") and not _takes_no_smtp(settings):
            yield ("name",), "host", "Write the mail server's host, or a provider whose host is known."
        if lacks(Settings.security, "security") and not item.is_damaged(("port",)):
            yield ("port",), "security", "Port and security go together: write tls, starttls or none."
        if settings.tls.client_cert is not None and lacks(Settings.tls.client_key, "tls", "client_key"):
            yield ("tls", "client_cert"), "key for its client certificate", "Write tls.client_key: {file: ...}."
        if settings.tls.client_key is not None and lacks(Settings.tls.client_cert, "tls", "client_cert"):
            yield ("tls", "client_key"), "client certificate for its key", "Write tls.client_cert: FILE."
    nobody = False
    if office365 or method not in (None, "none"):
        nobody = lacks(Settings.auth.username, "auth", "username")
        if nobody:
            yield ("auth",) if "auth" in item.data else ("name",), "user name", "Write auth.username."
        if method in WITH_PASSWORD and lacks(Settings.auth.password, "auth", "password"):
            yield ("auth",), "password", "Write where it is, such as auth.password: {env: ACME_SMTP_PASSWORD}."
    # A user name that is still to come, or that has a blank too many (MS008), may well be the address.
    has_address = item.is_damaged(("auth", "username")) or is_address(str(settings.auth.username or "").strip())
    if not nobody and not has_address and lacks(Settings.from_.email, "from", "email"):
        yield ("name",), "From address", "Write from: {email: ...}, or a user name that is an address."


def _takes_no_smtp(settings: Effective) -> bool:
    """Tell whether the provider has no server for programs at all, which MS201 says."""
    provider = by_id(str(settings.provider or ""))
    return provider is not None and provider.preset is None


def people(context: Context) -> Iterator[Finding]:
    """Everybody who sends by SMTP needs a server and a secret. Told once where the mode is declared, not a person."""
    serverless: dict[tuple[object, ...], tuple[Value, list[str]]] = {}
    keyless: dict[tuple[object, ...], tuple[Value, list[str]]] = {}
    server_is_reported = _server_is_reported(context)
    for settings, identities in context.kinds:
        server = settings.server
        if server is None:
            continue
        if Settings.host not in server:
            if context.resolver.activation.is_off:
                continue  # MS403 says that nobody who copies a server sends
            item = settings.item
            if not server_is_reported and not item.is_damaged(("account", "host")):
                for mode, some in _declared(context, settings, identities):
                    serverless.setdefault((id(mode.item), mode.path), (mode, []))[1].extend(some)
        if server[Settings.auth.method].value in WITH_PASSWORD and not settings.has_password:
            item, mode = settings.item, settings.mode_value
            if not item.is_damaged(("account", "password")):
                # Thousands may have a mode of their own; one remark is enough for them all.
                where = "own" if mode.origin == "own" else id(mode.item)
                keyless.setdefault((where, mode.path), (mode, []))[1].extend(identities)
    order = _order(context) if serverless or keyless else {}
    for mode, identities in serverless.values():
        names = _names(context, order, identities)
        yield at_value(
            "MS405",
            mode,
            f"Mode smtp needs a server, and none is given for {shorten_list(names, _SHOWN)}.",
            object=_user(mode, names),
            help="Activate a configuration, name one in general.users.configuration, or write account.host.",
        )
    for mode, identities in keyless.values():
        names = _names(context, order, identities)
        # Programs let people type their own password in, so this may be meant.
        yield at_value(
            "MS405",
            mode,
            f"No password is declared for {shorten_list(names, _SHOWN)}: "
            "mailspec can test such an account only up to its sign-in.",
            object=_user(mode, names),
            severity="info",
            help="Write account.password, or a pattern for all in general.users.account: {keyring: acme/{email}}.",
        )


def _server_is_reported(context: Context) -> bool:
    """Tell whether the missing server follows from something that is already told: MS006 or MS003."""
    named = context.spec.general.get("users", "configuration")
    if named is not None and named not in context.spec.configurations:
        return True
    copied = context.resolver.copied_configuration
    return copied is not None and context.spec.configurations[copied].is_damaged(("host",))


def _declared(context: Context, first: Person, identities: list[str]) -> Iterator[tuple[Value, list[str]]]:
    """Yield where the mode of people of one kind is declared: by each of them, or for all in one place."""
    if first.mode_value.origin != "own":
        yield first.mode_value, identities
        return
    for identity in identities:
        yield context.resolver.person(identity).mode_value, [identity]


def _order(context: Context) -> dict[str, int]:
    """Return which person is declared first, second and so on."""
    return {identity: number for number, identity in enumerate(context.spec.users)}


def _names(context: Context, order: dict[str, int], identities: list[str]) -> list[str]:
    """Return people's addresses as they are written, in the order in which they are declared."""
    return [str(context.spec.users[identity].get("email")) for identity in sorted(identities, key=order.__getitem__)]


def _user(mode: Value, names: list[str]) -> str | None:
    return f"user:{names[0]}" if mode.origin == "own" and len(names) == 1 else None


def general_bulk(context: Context) -> Iterator[Finding]:
    """The bulk account needs a configuration, and that must have the bulk account's mode."""
    entry, spec = bulk(context.resolver), context.spec
    if entry.mode.value == "not_configured":
        return
    declared = entry.mode.item is not None
    if entry.configuration is None:
        return  # who needs the bulk account says so (MS502), and MS403 that mail is off or that several may be meant
    theirs = context.resolver.configuration(entry.configuration).mode
    if theirs != entry.mode.value and (declared or spec.needs_bulk_account):
        inherited = "" if declared else ", as general.users.mode says"
        yield at_item(
            "MS405",
            spec.general,
            ("bulk", "mode") if declared else ("users", "mode"),
            f"The bulk account's mode is {entry.mode.value}{inherited}, "
            f"but configuration '{entry.configuration}' is {theirs}.",
            object="bulk",
            help=f"Write general.bulk.mode: {theirs}, or name another configuration.",
        )


CHECKS = (
    Check(("MS405",), configurations),
    Check(("MS405",), people),
    Check(("MS405",), general_bulk),
)
