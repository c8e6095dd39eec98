"""MS101, MS103, MS104, and MS105 for ports: does the port fit what is spoken on it?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mailspec.model.effective import Effective
from mailspec.model.field_types import Security
from mailspec.model.fields import Settings
from mailspec.model.smtp import PORT_OF_SECURITY, READING, SPOKEN
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix, Related, Severity
from mailspec.providers import Provider, documented, judge_endpoint
from mailspec.resolve.server import port_for, security_for
from mailspec.rules.fault import conflicting_value, is_written, primary_value, same_layer
from mailspec.rules.host import is_loopback
from mailspec.rules.say import at_value, rewrite

USUAL_PORTS = SPOKEN.keys()


def check_port(settings: Effective, provider: Provider | None) -> Iterator[Finding]:
    """Look at one account's port."""
    port, host = settings.port, settings.host
    if port is None:
        return
    pairs = documented(provider, host) if provider is not None else []
    offered = (port, settings.security) in pairs
    severity: Severity | None = "info" if is_loopback(host) else None
    if port in READING and not offered:
        yield at_value(
            "MS105",
            primary_value(settings, Settings.port),
            f"Port {port} is for reading mail ({READING[port]}), not for sending.",
            object=settings.object,
            help="Write port: 465 with security: tls, or port: 587 with security: starttls.",
        )
        return
    disagreement = disagree(settings, provider)
    if disagreement is not None:
        yield _mismatch(settings, *disagreement, provider, pairs)
    elif port not in USUAL_PORTS and not offered and not _provider_speaks(provider, settings):
        yield at_value(
            "MS104",
            primary_value(settings, Settings.port),
            f"Port {port} is unusual for submission.",
            object=settings.object,
            severity=severity,
            help="Usual are 465 (tls) and 587 (starttls). Keep it if the server's operator says so.",
        )
    if port == 25 and {known for known, _ in pairs} != {25}:
        yield at_value(
            "MS103",
            # Where nobody wrote the port it follows from the security.
            primary_value(settings, Settings.port)
            if is_written(settings.value(Settings.port))
            else primary_value(settings, Settings.security),
            "Port 25 is for mail between servers; many networks block it for submission.",
            object=settings.object,
            severity=severity,
            help="Use port: 465 with security: tls, or port: 587 with security: starttls.",
        )


def disagree(settings: Effective, provider: Provider | None) -> tuple[int, Security] | None:
    """Return port and security where they cannot both be meant (MS101)."""
    port, security = settings.port, settings.security
    if port is None or security is None or security in SPOKEN.get(port, (security,)):
        return None
    offered = provider is not None and (port, security) in documented(provider, settings.host)
    return None if offered else (port, security)


def _provider_speaks(provider: Provider | None, settings: Effective) -> bool:
    """Tell whether the provider's own rule (MS201) already speaks about this port."""
    if provider is None:
        return False
    return judge_endpoint(provider, settings.host, settings.port, settings.security).kind != "unknown"


def _mismatch(
    settings: Effective, port: int, security: Security, provider: Provider | None, pairs: list[tuple[int, str]]
) -> Finding:
    host = settings.host
    # Nobody is advised to go without encryption.
    usual = None if security == "none" else PORT_OF_SECURITY[security]
    other_port = port_for(provider, security, host) if pairs else usual
    other_security = security_for(provider, port, host) if pairs else SPOKEN[port][0]
    message, help_ = _words(port, security, other_port, other_security)
    if provider is not None and pairs:
        offer = ", ".join(f"{known} with {word}" for known, word in pairs if word != "none")
        help_ = f"{help_} {provider.name} documents {offer}.".strip()
    at_fault = conflicting_value(settings, Settings.port, Settings.security)
    return at_value(
        "MS101",
        at_fault,
        message,
        object=settings.object,
        help=help_,
        fix=_fix(settings, at_fault, other_port, other_security),
        related=tuple(_other_side(settings, at_fault)),
    )


@lru_cache
def _words(port: int, security: str, other_port: int | None, other_security: str | None) -> tuple[str, str]:
    """Return message and advice; thousands of accounts that are wrong are wrong in one way."""
    if port == 465:
        why = "Port 465 speaks TLS from the first byte"
        consequence = "the connection would hang" if security == "starttls" else "the server would hear no TLS"
    else:
        why = f"Port {port} begins in clear and upgrades with STARTTLS"
        consequence = "the TLS handshake would fail"
    ways = [f"port: {other_port} for {security}"] if other_port else []
    ways += [f"security: {other_security} for port {port}"] if other_security else []
    help_ = f"Write {', or '.join(ways)}." if ways else ""
    return f"Port {port} and security {security} disagree. {why}; {consequence}.", help_


def _fix(settings: Effective, at_fault: Value | None, port: int | None, security: str | None) -> Fix | None:
    """Change the word at fault; where both are, the port, since encryption is what the author said in words."""
    written_port, written_security = settings.value(Settings.port), settings.value(Settings.security)
    if at_fault is written_port and port is not None:
        return rewrite(at_fault, str(port), f"Write port: {port}.")
    if written_security is not None and security is not None and same_layer(at_fault, written_security):
        return rewrite(written_security, security, f"Write security: {security}.", "unsafe")
    return None


def _other_side(settings: Effective, at_fault: Value | None) -> Iterator[Related]:
    """Point to the other of the two words where another layer gave it."""
    for field in (Settings.port, Settings.security):
        value = settings.value(field)
        if value is None or same_layer(at_fault, value):
            continue
        place = value.location
        if place is not None:
            yield Related(place, f"{field} is {value.value} here")
