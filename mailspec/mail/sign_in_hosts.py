"""Whom an account's sign-in by token reaches: the issuer, and Graph."""

from __future__ import annotations

from mailspec.model.fields import PlainSettings, Settings
from mailspec.model.smtp import WITH_TOKEN
from mailspec.providers import Provider, by_id
from mailspec.providers.clouds import cloud
from mailspec.text.url import split_url

_HTTPS = 443


def signs_in_by_token(settings: Settings) -> bool:
    """Tell whether an account signs in with an access token."""
    if settings.mode == "office365":
        return True
    return settings.mode == "smtp" and settings.auth.method in WITH_TOKEN


def provider_of_settings(settings: Settings) -> Provider | None:
    """Return the provider of an account; office365 is Microsoft 365, in the cloud that is named, else worldwide."""
    if settings.mode == "office365":
        return cloud(settings.provider)
    return None if settings.provider is None else by_id(settings.provider)


def issuer_of(settings: PlainSettings) -> str | None:
    """Return the issuer that an account signs in at: its own word, else the provider's."""
    oauth = settings.auth.oauth
    if not signs_in_by_token(settings) or oauth.token is not None:
        return None
    provider = provider_of_settings(settings)
    issuer = oauth.issuer
    if issuer is None and provider is not None:
        issuer = provider.oauth.get("issuer")
    return issuer.replace("{tenant}", oauth.tenant) if issuer is not None and oauth.tenant else issuer


def hosts_of(settings: PlainSettings) -> list[tuple[str, int]]:
    """Return the hosts, each with its port, besides a mail server that is written, that an account's sign-in and
    transport reach."""
    hosts = []
    issuer = issuer_of(settings)
    parts = split_url(issuer) if issuer is not None else None
    if parts is not None and parts.hostname is not None:
        hosts.append((parts.hostname, parts.port or _HTTPS))
    provider = provider_of_settings(settings) if settings.mode == "office365" else None
    if provider is not None and settings.transport == "graph":
        hosts += [] if provider.graph is None else [(provider.graph, settings.port or _HTTPS)]
    elif provider is not None and (preset := provider.preset) is not None and preset.host and settings.host is None:
        hosts.append((preset.host, settings.port or preset.port))
    return hosts


def stored_account(settings: PlainSettings) -> str:
    """Return whose stored sign-in (``mailspec login``) gives an account its token, in lower case; empty for none."""
    oauth = settings.auth.oauth
    asked = signs_in_by_token(settings) and oauth.token is None and oauth.service_account is None
    return (
        str(oauth.account or settings.auth.username or "").lower()
        if asked and oauth.grant != "client_credentials"
        else ""
    )


def host_of(text: str) -> str:
    """Return the host of an address on the web, or the text itself.

    >>> host_of("https://login.acme.example/x"), host_of("mail.acme.example"), host_of("https://a.example@b.example:8443")
    ('login.acme.example', 'mail.acme.example', 'b.example')
    """
    return (split_url(text).hostname or text) if "://" in text else text


def port_of(text: str) -> int | None:
    """Return the port of an address on the web, ``None`` of what is none.

    >>> port_of("https://acme.example/x"), port_of("https://acme.example:8443"), port_of("mail.acme.example")
    (443, 8443, None)
    """
    if "://" not in text:
        return None
    parts = split_url(text)
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
