"""From an account's settings to where its access tokens come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mailspec.mail.sign_in_hosts import issuer_of, provider_of_settings
from mailspec.model.fields import DEFAULT_TIMEOUT, PlainSettings, Settings
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.secrets.base import Resolved
from mailspec.secrets.resolve import describe
from mailspec.signin.client import Client, Grant, Read, Resource
from mailspec.signin.source import ApplicationToken, GivenToken, StoredToken, TokenSource
from mailspec.signin.store import Store
from mailspec.workflow.accounts.as_sent import absolute
from mailspec.workflow.accounts.secret_lookup import Secrets

# Microsoft, "Microsoft Graph permissions reference: Mail.Send", read 2026-11-27.
_GRAPH_SCOPES = ("Mail.Send",)
# Sending as another mailbox with a person's token wants the second one too.
_GRAPH_SHARED = ("Mail.Send", "Mail.Send.Shared")
_GRAPH_APPLICATION = (".default",)


def token_source(root: str, settings: PlainSettings, secrets: Secrets) -> TokenSource | Problem:
    """Return where an account's tokens come from, or what is missing. Nothing is read and nobody is asked yet."""
    oauth = settings.auth.oauth
    if oauth.token is not None:
        reference: Mapping[str, Any] = oauth.token
        return GivenToken(_reader(secrets, reference), _reader(secrets, reference, fresh=True))
    client = client_of(root, settings, secrets)
    if isinstance(client, Problem):
        return client
    return StoredToken(client, Store()) if client.by_person else ApplicationToken(client)


def client_of(root: str, settings: PlainSettings, secrets: Secrets) -> Client | Problem:
    """Return the client that an account's settings mean, or what is missing of it."""
    oauth = settings.auth.oauth
    provider = provider_of_settings(settings)
    known: Mapping[str, Any] = {} if provider is None else provider.oauth
    by_key = oauth.service_account is not None
    if not by_key and not oauth.client_id:
        return _lacking("no `client_id`, `token` or `service_account` is declared in `auth.oauth` (MS407)")
    issuer = issuer_of(settings)
    if issuer is None:
        return _lacking("no `issuer` is declared in `auth.oauth`, and the provider has none")
    if "{tenant}" in issuer:
        return _lacking("`tenant` is missing in `auth.oauth`: a domain of the organisation, or its id")
    account = oauth.account or settings.auth.username or ""
    if not account:
        return _lacking("nobody is named who signs in: `auth.username` is missing")
    grant: Grant = "service_account" if by_key else cast("Grant", oauth.grant or "authorization_code")
    resource: Resource = "graph" if settings.transport == "graph" else "smtp"
    scopes = tuple(oauth.scopes or ()) or _scopes(known, grant, resource, settings)

    def read(reference: Mapping[str, Any] | None) -> Read | None:
        return None if reference is None else _reader(secrets, reference)

    ca_file = settings.tls.ca_file
    return Client(
        issuer=issuer,
        client_id=oauth.client_id or "",
        account=account,
        scopes=scopes,
        grant=grant,
        resource=resource,
        microsoft=provider is not None and provider.family == "microsoft",
        secret=read(oauth.client_secret),
        certificate=read(oauth.certificate),
        assertion=read(oauth.client_assertion),
        service_account=read(oauth.service_account),
        ca_file=None if ca_file is None else absolute(root, ca_file),
        timeout=float(settings.timeout or DEFAULT_TIMEOUT),
        forbids=secrets.forbids_host,
    )


def _scopes(known: Mapping[str, Any], grant: Grant, resource: Resource, settings: PlainSettings) -> tuple[str, ...]:
    application = grant == "client_credentials"
    if resource == "graph":
        other = settings.look_up(Settings.from_.email) not in (None, settings.auth.username)
        words = _GRAPH_SHARED if other or settings.auth.oauth.account else _GRAPH_SCOPES
        return tuple(f"https://{known.get('graph')}/{word}" for word in (_GRAPH_APPLICATION if application else words))
    return tuple((known.get("app_scopes") if application else None) or known.get("scopes") or ())


def _reader(secrets: Secrets, reference: Mapping[str, Any], *, fresh: bool = False) -> Read:
    def read() -> Secret | Problem:
        found = secrets.read(reference, fresh=fresh)
        if isinstance(found, Resolved):
            return found.secret
        reason = f"the secret ({describe(reference)}) cannot be read (MS302): {found.message}"
        return Problem("unknown", reason, "config_invalid", "sign_in", found.help, "administrator")

    return read


def _lacking(reason: str) -> Problem:
    advice = "Complete `auth.oauth`; mailspec login --setup microsoft|google|oidc says how to register an application."
    return Problem("never", reason, "config_invalid", "token_missing", advice, "administrator")
