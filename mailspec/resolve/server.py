"""How the server is reached: host, port and security, with the provider's presets and the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.model.effective import Fields
from mailspec.model.field import Field
from mailspec.model.fields import FIELDS, Settings
from mailspec.model.smtp import DEFAULT_SECURITY, PORT_OF_SECURITY, SECURITY_OF_PORT
from mailspec.outcome.effective import Value
from mailspec.providers import Provider, by_id, by_login_domain, documented, match_host
from mailspec.resolve.layers import Layer, first, seconds
from mailspec.text.address import is_address

DEFAULT = "default"
_VALIDATE, _MINIMUM, _TIMEOUT = Settings.tls.validate_certs, Settings.tls.minimum_version, Settings.timeout
_DEFAULTS = {field: Value(field.default, DEFAULT) for field in (_VALIDATE, _MINIMUM, _TIMEOUT)}
_OPTIONAL_TLS = tuple(field for field in FIELDS if field.startswith("tls.") and not field.computed)


def provider_from_values(
    declared: Value | None, host: Value | None, username: Value | None
) -> tuple[Provider | None, Value | None]:
    """Return the provider and where that comes from: declared, else by the host, else by the login's domain."""
    if declared is not None:
        found = by_id(str(declared.value))
        return found, declared
    if host is not None:
        login = None if username is None else str(username.value)
        found = match_host(str(host.value), login)
        return found, None if found is None else Value(found.id, "host")
    if username is not None and is_address(str(username.value)):
        found = by_login_domain(str(username.value).rpartition("@")[2])
        return found, None if found is None else Value(found.id, "login")
    return None, None


def declared_provider(layers: Sequence[Layer]) -> Value | None:
    """Return the provider that is declared, unless a stronger layer names another host.

    A person's own server is not judged by the provider of the server that all others have.
    """
    for layer in layers:
        found = first([layer], Settings.provider)
        if found is not None:
            return found
        if first([layer], Settings.host) is not None:
            return None
    return None


def default_method(provider: Provider | None) -> str:
    """Return how to sign in by password where nobody says it: PLAIN, or LOGIN where the provider has no PLAIN."""
    offered = () if provider is None else provider.data.get("methods", {}).get("offered", ())
    return "login" if "login" in offered and "plain" not in offered else "plain"


def server_fields(layers: Sequence[Layer], provider: Provider | None, fields: Fields) -> None:
    """Fill in host, port, security, TLS options and the time limit."""
    host, port, security = first(layers, Settings.host), first(layers, Settings.port), first(layers, Settings.security)
    origin = f"provider:{provider.id}" if provider is not None else DEFAULT
    preset = provider.preset if provider is not None else None
    if host is None and preset is not None and preset.host and "{" not in preset.host:
        host = Value(preset.host, origin)
    name = None if host is None else str(host.value)
    if provider is not None and name is not None and not provider.serves(name):
        # Somebody else's host under this provider's name: its ports say nothing.
        provider = preset = None
    if port is None and security is None:
        port = Value(preset.port, origin) if preset else Value(PORT_OF_SECURITY[DEFAULT_SECURITY], DEFAULT)
        security = Value(preset.security, origin) if preset else Value(DEFAULT_SECURITY, DEFAULT)
    elif port is None and security is not None:
        known = port_for(provider, security.value, name)
        port = Value(known, origin) if known else Value(PORT_OF_SECURITY[security.value], DEFAULT)
    elif security is None and port is not None:
        word = security_for(provider, port.value, name)
        if word is not None:
            security = Value(word, origin)
        elif port.value in SECURITY_OF_PORT:
            security = Value(SECURITY_OF_PORT[port.value], DEFAULT)
    for field, value in ((Settings.host, host), (Settings.port, port), (Settings.security, security)):
        if value is not None:
            fields[field] = value
    for option in (_VALIDATE, _MINIMUM):
        fields[option] = first(layers, option) or _DEFAULTS[option]
    optional(layers, fields, *_OPTIONAL_TLS)
    declared_timeout(layers, fields)
    fields.setdefault(_TIMEOUT, _DEFAULTS[_TIMEOUT])


def declared_timeout(layers: Sequence[Layer], fields: Fields) -> None:
    """Take the strongest layer's timeout, in seconds, where one declares it."""
    timeout = first(layers, Settings.timeout)
    if timeout is not None:
        fields[Settings.timeout] = timeout.replace(seconds(timeout.value))


def port_for(provider: Provider | None, security: str, host: str | None) -> int | None:
    """Return the port that a provider documents for a security: the usual one first, then its own order."""
    if provider is None:
        return None
    ports = [port for port, word in documented(provider, host) if word == security]
    usual = PORT_OF_SECURITY[security]
    return usual if usual in ports else next(iter(ports), None)


def security_for(provider: Provider | None, port: int, host: str | None) -> str | None:
    """Return the security that a provider documents for a port; the safer one where it documents both."""
    if provider is None:
        return None
    words = {word for entry, word in documented(provider, host) if entry == port}
    return next((word for word in ("tls", "starttls", "none") if word in words), None)


def optional(layers: Sequence[Layer], fields: Fields, *names: Field[Any]) -> None:
    """Fill in fields that have no default, where a layer gives them."""
    layers = [layer for layer in layers if not layer.values.keys().isdisjoint(names)]
    for name in names if layers else ():
        found = first(layers, name)
        if found is not None:
            fields[name] = found
