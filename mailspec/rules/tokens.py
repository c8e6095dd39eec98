"""MS407 to MS413: sign-in by token. What is declared is judged; what an issuer says later is not known here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from mailspec.model.effective import Effective
from mailspec.model.field import Field, fields_in
from mailspec.model.fields import Settings
from mailspec.model.parts import OAuth
from mailspec.outcome.finding import Finding
from mailspec.providers import Provider, by_id
from mailspec.providers.clouds import cloud, cloud_at
from mailspec.rules.base import Check, Context
from mailspec.rules.host import is_host
from mailspec.rules.say import at_value
from mailspec.text.url import split_url

_SOURCES: tuple[Field[Any], ...] = (OAuth.token, OAuth.client_id, OAuth.service_account)
_PROOFS: tuple[Field[Any], ...] = (OAuth.client_secret, OAuth.certificate, OAuth.client_assertion)
_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})
# Yahoo gives OAuth for sending only with a signed commercial agreement (its developer pages, by way of Nylas' guide,
# read 2026-11-27); the others are served by it.
_BY_CONTRACT = frozenset({"yahoo", "aol", "att"})
_METHODS = frozenset({"xoauth2", "oauthbearer"})


# What the issuer gave ends on a day that is declared: time enough to have another one made.
_DAYS = 60
NEW_ONE = "Have a new one made at the issuer, store it, and write its day; without it nothing is sent."


def check(context: Context) -> Iterator[Finding]:
    """Judge each account that has words of its own in ``oauth``."""
    for settings in _accounts(context):
        yield from account(settings)


def ends(context: Context) -> Iterator[Finding]:
    """Warn before the secret or certificate of a sign-in ends, once where it is declared."""
    reported: set[tuple[int, tuple[str | int, ...]]] = set()
    for settings in _accounts(context):
        value = settings.value(Settings.auth.oauth.expires)
        if value is None or not isinstance(value.value, str) or (place := (id(value.item), value.path)) in reported:
            continue
        reported.add(place)
        try:
            when = ending(value.value, context.as_of)
        except ValueError:
            message = f"'expires' is {value.value}, which is no day of the calendar."
            yield at_value("MS003", value, message, object=settings.object, help="Write a day such as 2027-03-01.")
            continue
        if not when or (settings.mode != "office365" and settings.auth.method not in _METHODS):
            continue
        yield at_value(
            "MS205",
            value,
            f"The secret or certificate that signs in {when}.",
            object=settings.object,
            severity="warning",
            help=NEW_ONE,
        )


def ending(ends: str, day: date) -> str:
    """Return that something ends soon or has ended, seen from a day; ``""`` where there is time. Dates are ISO 8601.

    Raises:
        ValueError: the calendar has no such day.
    """
    left = (date.fromisoformat(ends) - day).days
    if left > _DAYS:
        return ""
    return f"ends on {ends}" if left > 0 else f"ended on {ends}" if left < 0 else "ends today"


def _accounts(context: Context) -> Iterator[Effective]:
    """Yield each configuration, group and person with words of their own in ``oauth``, and one with everyone's."""
    yield from context.configurations
    spec = context.spec
    for name, item in spec.groups.items():
        if _has_oauth(item.data.get("account")):
            yield context.resolver.group(name)
    everyone = spec.general.get("users", "account")
    shared = _has_oauth(everyone)
    in_groups = context.resolver.groups_of if shared else {}
    for identity, item in spec.users.items():
        if _has_oauth(item.data.get("account")):
            yield context.resolver.person(identity)
        elif shared and not any(
            _has_oauth(spec.groups[name].data.get("account")) for name in in_groups.get(identity, ())
        ):
            # All others have the same words; they are told once.
            shared = False
            yield context.resolver.person(identity)


def _has_oauth(words: Any) -> bool:
    return isinstance(words, dict) and "oauth" in words


def account(settings: Effective) -> Iterator[Finding]:
    """Judge one account that signs in by token."""
    by_graph = settings.mode == "office365" and settings.transport == "graph"
    if by_graph:
        yield from _beside_graph(settings)
    if settings.mode != "office365" and settings.auth.method not in _METHODS:
        return
    provider = cloud(settings.provider) if settings.mode == "office365" else by_id(settings.provider or "")
    first = next((value for field in fields_in(OAuth) if (value := settings.value(field)) is not None), None)
    if first is None:
        return
    yield from _source(settings, first)
    yield from _issuer(settings)
    if settings.auth.oauth.token is None:
        yield from _grant(settings, provider)
        yield from _scopes(settings, provider, by_graph=by_graph)
    if by_graph and settings.auth.oauth.grant == "client_credentials":
        yield at_value(
            "MS412",
            settings.value(OAuth.grant),
            "The application permission Mail.Send reaches every mailbox of the organisation.",
            object=settings.object,
            help="Limit it in Exchange with RBAC for Applications or an application access policy.",
        )
    if provider is not None and provider.id in _BY_CONTRACT and settings.auth.oauth.token is None:
        yield at_value(
            "MS413",
            first,
            f"{provider.name} gives OAuth for sending only to partners with a contract.",
            object=settings.object,
            help="Use an app password (method: plain), unless the contract is there.",
        )


def _source(settings: Effective, first: Any) -> Iterator[Finding]:
    named = [field for field in _SOURCES if settings.value(field) is not None]
    if not named:
        yield at_value(
            "MS407",
            first,
            "'oauth' names no 'token', 'client_id' or 'service_account', so there is no access token.",
            object=settings.object,
            help="Write one of them; mailspec login --setup microsoft|google|oidc says how to register an application.",
        )
    elif len(named) > 1:
        words = " and ".join(f"'{_word(field)}'" for field in named)
        yield at_value(
            "MS407",
            settings.value(named[1]),
            f"'oauth' names {words}; which of them counts is not said.",
            object=settings.object,
            help="Keep one of them.",
        )
    oauth = settings.auth.oauth
    if oauth.grant == "client_credentials" and oauth.client_id is not None and not _proofs(settings):
        yield at_value(
            "MS407",
            settings.value(OAuth.grant),
            "client_credentials needs 'client_secret', 'certificate' or 'client_assertion'.",
            object=settings.object,
            help="Write one of them, or another grant.",
        )
    proofs = _proofs(settings)
    if len(proofs) > 1:
        yield at_value(
            "MS407",
            settings.value(proofs[1]),
            f"'{_word(proofs[0])}' and '{_word(proofs[1])}' both prove the application; one is enough.",
            object=settings.object,
            help="Keep one of them.",
        )


def _issuer(settings: Effective) -> Iterator[Finding]:
    issuer = settings.auth.oauth.issuer
    if issuer is None:
        return
    parts = split_url(issuer)
    plain = parts.scheme == "https" and is_host(parts.hostname or "") and not parts.query and not parts.fragment
    if not plain or not {"@", "\\"}.isdisjoint(issuer):
        yield at_value(
            "MS410",
            settings.value(OAuth.issuer),
            "The issuer is no https address, so secrets and tokens would not be safe on the way.",
            object=settings.object,
            help="Write it as the issuer names itself, such as https://login.acme.example.",
        )


def _grant(settings: Effective, provider: Provider | None) -> Iterator[Finding]:
    oauth = settings.auth.oauth
    name, family = ("", None) if provider is None else (provider.id, provider.family)
    why = ""
    if family == "google" and oauth.grant == "device_code":
        why = "Google's device flow does not give the scope for sending mail."
    elif family == "google" and oauth.grant == "client_credentials":
        why = "Google has no client_credentials; without a person a service account signs in."
    elif name == "outlook_com" and oauth.grant == "client_credentials":
        why = "Outlook.com accounts are persons'; an application cannot sign in to them."
    elif family == "microsoft" and oauth.grant == "client_credentials" and (oauth.tenant or "") in _SHARED_TENANTS:
        why = f"client_credentials needs the organisation's own tenant, not '{oauth.tenant}'."
    if why:
        yield at_value(
            "MS408",
            settings.value(OAuth.grant),
            why,
            object=settings.object,
            help="Write a grant that the provider offers (authorization_code is one), or its own tenant.",
        )
    if name == "gmail" and oauth.service_account is not None:
        yield at_value(
            "MS408",
            settings.value(OAuth.service_account),
            "A service account signs in to Google Workspace mailboxes, not to personal Gmail.",
            object=settings.object,
            help="Sign in as the person (client_id), or use a Google Workspace account.",
        )


def _scopes(settings: Effective, provider: Provider | None, *, by_graph: bool) -> Iterator[Finding]:
    scopes = settings.auth.oauth.scopes
    if scopes is None or provider is None or provider.family != "microsoft":
        return
    # What is no text is told as such (MS003).
    words = [scope.lower() for scope in scopes if isinstance(scope, str)]
    clouds = [(word, found) for word in words if (found := cloud_at(split_url(word).hostname or "")) is not None]
    graph = any(f"//{found.graph}/" in word for word, found in clouds) or any(w.startswith("mail.send") for w in words)
    smtp = any(f"//{found.graph}/" not in word for word, found in clouds) or any(w.endswith("smtp.send") for w in words)
    elsewhere = next((found.name for _word, found in clouds if found != provider and provider.graph is not None), None)
    why = ""
    if graph and smtp:
        why = "Scopes of SMTP and of Microsoft Graph cannot be asked for together."
    elif graph and not by_graph:
        why = "These scopes are for Microsoft Graph, but the account sends by SMTP."
    elif smtp and by_graph:
        why = "These scopes are for SMTP, but the account sends by Microsoft Graph."
    elif elsewhere is not None:
        why = f"These scopes are of another cloud ({elsewhere}) than the account's, {provider.name}."
    elif settings.auth.oauth.grant == "client_credentials" and any(not scope.endswith("/.default") for scope in words):
        why = "An application asks for exactly one scope that ends with /.default."
    if why:
        yield at_value(
            "MS409",
            settings.value(OAuth.scopes),
            why,
            object=settings.object,
            help="Leave 'scopes' out: the right ones are known.",
        )


def _beside_graph(settings: Effective) -> Iterator[Finding]:
    for field, what in (
        (Settings.envelope_from, "Microsoft Graph takes no envelope sender; bounces go to the mailbox that sends."),
        (Settings.ehlo_name, "Microsoft Graph has no EHLO."),
    ):
        value = settings.value(field)
        if value is not None and value.origin == "own":
            yield at_value(
                "MS411",
                value,
                what,
                object=settings.object,
                help="Remove it, or write transport: smtp.",
            )


def _proofs(settings: Effective) -> list[Field[Any]]:
    return [field for field in _PROOFS if settings.value(field) is not None]


def _word(field: Field[Any]) -> str:
    return str(field).rpartition(".")[2]


CHECKS = (
    Check(("MS407", "MS408", "MS409", "MS410", "MS411", "MS412", "MS413"), check),
    Check(("MS205",), ends),
)
