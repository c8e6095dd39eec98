"""MS105 for hosts: what is no host name, and hosts that are for reading mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix, Severity
from mailspec.providers import match_host, near_host, wrong_host
from mailspec.rules.characters import CURLY_QUOTES
from mailspec.rules.say import at_value, rewrite
from mailspec.text import scalar_text
from mailspec.text.domain import NoDomain, ascii_domain

# What a known wrong host is for, where that is reading mail.
READING = frozenset({"imap", "pop"})
# What a server listens on; as a destination it is this machine at best (RFC 1122, section 3.2.1.3).
_NOWHERE = frozenset({"0.0.0.0", "::", "0:0:0:0:0:0:0:0"})  # noqa: S104 - compared with, not bound to
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
    # Full-width signs and what else IDNA does not allow are no host: who folds them sees another one
    # (evil.example／.acme.example).
    name = text if text.isascii() or text != text.strip() else ascii_domain(text)
    return isinstance(name, str) and len(name) <= 253 and _NAME.fullmatch(name) is not None


def check_host(settings: Effective) -> Iterator[Finding]:
    """Look at one account's host."""
    value = settings.value(Settings.host)
    if value is None or "{{" in str(value.value) or "${" in str(value.value):
        return
    host = str(value.value)
    # A host in curly quotes is MS008, and would only be told twice.
    if not set(host).isdisjoint(CURLY_QUOTES):
        return
    malformed = _malformed(host, value)
    if malformed is not None:
        message, help_, fix = malformed
        yield at_value("MS105", value, message, object=settings.object, help=help_, fix=fix)
        return
    yield from _for_reading(host, value, settings.object)
    if wrong_host(host) is None and not _READING_NAME.match(host):
        yield from _mistyped(host, value, settings.object)


def check_server_name(settings: Effective) -> Iterator[Finding]:
    """Look at the name that one account's server has to prove; programs take it as a word of theirs."""
    value = settings.value(Settings.tls.server_name)
    text = "" if value is None else str(value.value)
    # Line ends and what nobody sees are MS008.
    if value is None or "{{" in text or "${" in text or not text.isprintable() or is_host(text):
        return
    message = f"'{text}' in tls.server_name is not a host name or an IP address{_why(text)}."
    help_ = "Write the name that stands in the server's certificate, such as smtp.acme.example."
    yield at_value("MS105", value, message, object=settings.object, help=help_)


def _malformed(host: str, value: Value) -> tuple[str, str, Fix | None] | None:
    if host.strip("[]") in _NOWHERE:
        return f"{host} is no machine: it means every address of this one.", "Write the mail server's name.", None
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
    return f"'{host}' is not a host name or an IP address{_why(host)}.", "Write one, such as smtp.acme.example.", None


def _why(host: str) -> str:
    """Say what IDNA has against a name with letters beyond ASCII; empty for all other names."""
    name = None if host.isascii() else ascii_domain(host)
    return f": {name.reason}" if isinstance(name, NoDomain) else ""


def _for_reading(host: str, value: Value, object_: str | None) -> Iterator[Finding]:
    wrong = wrong_host(host)
    if wrong is not None and wrong.kind in READING:
        fix = rewrite(value, wrong.use, f"Write host: {wrong.use}.", "unsafe") if wrong.use else None
        source = f" Source: {wrong.fact.source} ({wrong.fact.checked}, {wrong.fact.confidence})." if wrong.fact else ""
        help_ = (wrong.help or "Write the SMTP host, often smtp. instead.") + source
        # Where only the name speaks it is a guess: a few providers do send through such hosts.
        severity: Severity | None = None if wrong.fact is not None else "warning"
        yield at_value("MS105", value, wrong.reason, object=object_, severity=severity, help=help_, fix=fix)
    # A provider may send through a host with such a name; then its own data says so.
    elif wrong is None and _READING_NAME.match(host) and match_host(host) is None:
        message = f"{host} looks like a host for reading mail (IMAP or POP), not for sending."
        help_ = "Write the SMTP host, often smtp. instead."
        yield at_value("MS105", value, message, object=object_, severity="warning", help=help_)


def _mistyped(host: str, value: Value, object_: str | None) -> Iterator[Finding]:
    near = near_host(host)
    if near is not None:
        fix = rewrite(value, scalar_text(near), f"Write host: {near}.", "unsafe")
        message = f"{host} is one letter away from {near}, which is known; nobody lists {host}."
        help_ = f"Did you mean {near}? If the host is right, silence this line with the reason."
        yield at_value("MS105", value, message, object=object_, severity="warning", help=help_, fix=fix)
