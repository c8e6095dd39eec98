"""MS105 for hosts: what is no host name, and hosts that are for reading mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix
from mailspec.providers import match_host, wrong_host
from mailspec.rules.say import at_value, rewrite
from mailspec.text import punycode, scalar_text

# What a known wrong host is for, where that is reading mail.
READING = frozenset({"imap", "pop"})
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WITH_PORT = re.compile(r"(?P<host>[^:\[\]]+|\[[^\[\]]*\]):(?P<port>[0-9]+)")
_READING_NAME = re.compile(r"(?:imap|imaps|imap4|pop|pop3|pop3s)[0-9]?[.-]", re.IGNORECASE)


@lru_cache(maxsize=256)
def is_loopback(host: object) -> bool:
    """Tell whether a host is this very machine: nothing leaves it, so clear text is no leak."""
    text = str(host).lower().removesuffix(".")
    return text in {"localhost", "::1"} or re.fullmatch(r"127(\.[0-9]{1,3}){3}", text) is not None


@lru_cache(maxsize=256)
def is_host(text: str) -> bool:
    """Tell whether a text is a host name (RFC 1123, or its international form) or an IP address."""
    if ":" in text or re.fullmatch(r"[0-9.]+", text):
        # Imported only for the few hosts that are addresses.
        import ipaddress

        try:
            ipaddress.ip_address(text)
        except ValueError:
            return False
        return True
    name = punycode(text)
    return len(name) <= 253 and _NAME.fullmatch(name) is not None


def check_host(settings: Effective) -> Iterator[Finding]:
    """Look at one account's host."""
    value = settings.value(Settings.host)
    if value is None or "{{" in str(value.value) or "${" in str(value.value):
        return
    host = str(value.value)
    wrong = _malformed(host, value) or _for_reading(host, value)
    if wrong is not None:
        message, help_, fix = wrong
        yield at_value("MS105", value, message, object=settings.object, help=help_, fix=fix)


def _malformed(host: str, value: Value) -> tuple[str, str, Fix | None] | None:
    if is_host(host):
        return None
    if _SCHEME.match(host):
        # What stands before an @ may be a password, so it is in no message.
        rest = _SCHEME.sub("", host).rstrip("/")
        bare = rest.partition("/")[0].rpartition("@")[2]
        with_port = _WITH_PORT.fullmatch(bare)
        name = with_port["host"] if with_port else bare
        fix = rewrite(value, scalar_text(name), f"Write {name}.", "safe" if name == rest else "unsafe")
        return "The host is a URL; the bare host name is wanted.", f"Write {name}.", fix if is_host(name) else None
    if "@" in host:
        return "The host is an e-mail address.", "Write the name of the mail server.", None
    bracketed = host[1:-1] if host.startswith("[") and host.endswith("]") else ""
    if bracketed and is_host(bracketed):
        fix = rewrite(value, scalar_text(bracketed), f"Write {scalar_text(bracketed)}.")
        return "An IPv6 address stands without brackets here.", f"Write {scalar_text(bracketed)}.", fix
    with_port = _WITH_PORT.fullmatch(host)
    if with_port:
        name, port = with_port["host"].strip("[]"), with_port["port"]
        return f"The host carries a port: {host}.", f"Write host: {name} and port: {port}.", None
    return f"'{host}' is not a host name or an IP address.", "Write one, such as smtp.acme.example.", None


def _for_reading(host: str, value: Value) -> tuple[str, str, Fix | None] | None:
    wrong = wrong_host(host)
    if wrong is not None and wrong.kind in READING:
        fix = rewrite(value, wrong.use, f"Write host: {wrong.use}.", "unsafe") if wrong.use else None
        source = f" Source: {wrong.fact.source} ({wrong.fact.checked}, {wrong.fact.confidence})." if wrong.fact else ""
        return wrong.reason, (wrong.help or "Write the SMTP host, often smtp. instead.") + source, fix
    # A provider may send through a host with such a name; then its own data says so.
    if wrong is None and _READING_NAME.match(host) and match_host(host) is None:
        message = f"{host} looks like a host for reading mail (IMAP or POP), not for sending."
        return message, "Write the SMTP host, often smtp. instead.", None
    return None
