"""MS1xx: how the server is reached and how one signs in."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.model.smtp import READABLE
from mailspec.outcome.finding import Finding, Severity
from mailspec.providers import documented, endpoint_fact
from mailspec.rules.base import Check, Context
from mailspec.rules.ehlo import check_ehlo_name
from mailspec.rules.fault import conflicting_value, primary_value
from mailspec.rules.host import check_host, check_server_name, is_loopback
from mailspec.rules.judged import provider_of_effective, source
from mailspec.rules.port import check_port
from mailspec.rules.say import at_value


def check(context: Context) -> Iterator[Finding]:
    """Look at every account whose connection is declared somewhere."""
    for settings in context.configurations:
        yield from connection(settings)
    for settings in context.servers:
        yield from connection(settings)


def connection(settings: Effective) -> Iterator[Finding]:
    """Hold one account's connection against the rules."""
    if settings.mode == "office365":
        return
    yield from check_host(settings)
    yield from check_server_name(settings)
    yield from check_port(settings, provider_of_effective(settings))
    yield from _encryption(settings)
    yield from _method(settings)
    yield from check_ehlo_name(settings)


def _encryption(settings: Effective) -> Iterator[Finding]:
    security = settings.security
    if security == "none":
        yield at_value(
            "MS102",
            primary_value(settings, Settings.security, Settings.port),
            "Nothing is encrypted: everyone on the way can read and change the mail.",
            object=settings.object,
            severity="info" if is_loopback(settings.host) else None,
            help="Use security: tls (port 465) or security: starttls (port 587).",
        )
    elif settings.tls.validate_certs is False:
        yield at_value(
            "MS108",
            primary_value(settings, Settings.tls.validate_certs),
            "The server's certificate is not checked: anyone on the way can pose as the server.",
            object=settings.object,
            help="Remove validate_certs: false; for a private authority give tls.ca_file.",
        )


def _method(settings: Effective) -> Iterator[Finding]:
    security, method = settings.security, settings.auth.method
    if security == "none" and method in READABLE:
        documents = _documents_clear_text(settings)
        cure = "Use security: tls or starttls; a relay that needs no sign-in takes method: none."
        severity: Severity | None = "info" if is_loopback(settings.host) else "warning" if documents else None
        yield at_value(
            "MS106",
            conflicting_value(settings, Settings.auth.method, Settings.security),
            f"Signing in with {method} without TLS sends the credentials in clear text; RFC 4954 and 8314 want TLS.",
            object=settings.object,
            severity=severity,
            help=f"{cure} {documents}".strip(),
        )
    if method == "cram_md5":
        yield at_value(
            "MS107",
            primary_value(settings, Settings.auth.method),
            "CRAM-MD5 is weak: the server must store the password readably, and MD5 can be guessed offline.",
            object=settings.object,
            help="Use method: plain over TLS, if the server offers it.",
        )


def _documents_clear_text(settings: Effective) -> str:
    """Say that the provider documents this port without TLS, and where; empty where it does not."""
    provider, host = provider_of_effective(settings), settings.host
    if provider is None or (settings.port, "none") not in documented(provider, host):
        return ""
    fact = endpoint_fact(provider, host, settings.port, "none")
    return f"{provider.name} documents port {settings.port} without encryption. {source(fact)}".strip()


CHECKS = (Check(("MS101", "MS102", "MS103", "MS104", "MS105", "MS106", "MS107", "MS108"), check),)
