"""MS1xx: how the server is reached and how one signs in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailspec.outcome.effective import Effective
from mailspec.outcome.finding import Finding
from mailspec.providers import Provider, by_id, documented, judge_endpoint, wrong_host
from mailspec.resolve.server import port_for
from mailspec.rules.base import Check, Context, at_value, blame, rewrite

USUAL_PORTS = frozenset({25, 465, 587, 2525})
_PAIRS = {465: ("tls",), 25: ("starttls", "none"), 587: ("starttls", "none"), 2525: ("starttls", "none")}
_MAILBOX_PORTS = {143: "IMAP", 993: "IMAP", 110: "POP", 995: "POP", 4190: "ManageSieve"}
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_IPV6 = re.compile(r"\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?(?:%\w+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_MAILBOX_HOST = re.compile(r"(?:imap|imaps|imap4|pop|pop3|pop3s)[0-9]?[.-]", re.IGNORECASE)


def is_loopback(host: object) -> bool:
    """Tell whether a host is this very machine: nothing leaves it, so clear text is no leak."""
    text = str(host).strip("[]").lower()
    return text in {"localhost", "::1", "localhost."} or bool(re.fullmatch(r"127(\.[0-9]{1,3}){3}", text))


def check(context: Context) -> Iterator[Finding]:
    """Look at every account whose connection is declared somewhere."""
    for held in context.configurations:
        yield from connection(held)
    seen: set[tuple[object, ...]] = set()
    for _identity, held in context.people():
        if held.get("mode") != "smtp":
            continue
        # A thousand people who copy one server would each repeat its findings.
        key = tuple(_connection_key(held))
        if key not in seen:
            seen.add(key)
            yield from connection(held)


def _connection_key(held: Effective) -> Iterator[object]:
    for name in ("host", "port", "security", "auth.method", "tls.validate_certs"):
        value = held.fields.get(name)
        if value is not None:
            yield (value.value, id(value.item), value.path)


def connection(held: Effective) -> Iterator[Finding]:
    """Hold one account's connection against the rules."""
    if held.get("mode") == "office365":
        return
    provider = by_id(held.get("provider")) if held.get("provider") else None
    yield from _host(held)
    yield from _port(held, provider)
    yield from _security(held)


def _host(held: Effective) -> Iterator[Finding]:
    value = held.fields.get("host")
    if value is None:
        return
    host = str(value.value)
    fix = None
    if _SCHEME.match(host):
        bare = _SCHEME.sub("", host).rstrip("/")
        message, help_ = "The host is a URL; the bare host name is wanted.", f"Write {_without_user(bare)}."
        if _HOST.fullmatch(bare):
            fix = rewrite(value, bare, f"Write {bare}.")
    elif "@" in host:
        message, help_ = "The host is an e-mail address.", "Write the name of the mail server."
    elif re.fullmatch(r"[^:\[\]]+:[0-9]+", host):
        bare, _, port = host.partition(":")
        message, help_ = f"The host carries a port: {host}.", f"Write host: {bare} and port: {port}."
    elif not (_HOST.fullmatch(host) or _IPV6.fullmatch(host) or not host.isascii()) or len(host) > 253:
        message, help_ = f"'{host}' is not a host name or an IP address.", "Write one, such as smtp.acme.example."
    else:
        wrong = wrong_host(host)
        if wrong is None and not _MAILBOX_HOST.match(host):
            return
        message = wrong.reason if wrong else f"{host} is a host for reading mail (IMAP or POP), not for sending."
        help_ = (wrong.help if wrong else "") or "Write the SMTP host, often smtp. instead."
        if wrong is not None and wrong.use:
            fix = rewrite(value, wrong.use, f"Write host: {wrong.use}.", "unsafe")
    yield at_value("MS105", value, message, object=held.object, help=help_, fix=fix)


def _without_user(host: str) -> str:
    return host.rpartition("@")[2]


def _port(held: Effective, provider: Provider | None) -> Iterator[Finding]:
    port, security = held.get("port"), held.get("security")
    value = blame(held, "port", "security")
    loopback = is_loopback(held.get("host"))
    offered = provider is not None and (port, security) in documented(provider, held.get("host"))
    if port in _MAILBOX_PORTS:
        yield at_value(
            "MS105",
            blame(held, "port"),
            f"Port {port} is for reading mail ({_MAILBOX_PORTS[port]}), not for sending.",
            object=held.object,
            help="Write port: 465 with security: tls, or port: 587 with security: starttls.",
        )
        return
    if port in _PAIRS and security is not None and security not in _PAIRS[port] and not offered:
        yield _mismatch(held, provider, port, security)
    elif port is not None and port not in USUAL_PORTS and not offered and not _refused(provider, held):
        yield at_value(
            "MS104",
            blame(held, "port"),
            f"Port {port} is unusual for submission.",
            object=held.object,
            severity="info" if loopback else None,
            help="Usual are 465 (tls) and 587 (starttls). Keep it if the server's operator says so.",
        )
    if port == 25:
        yield at_value(
            "MS103",
            blame(held, "port"),
            "Port 25 is for mail between servers; many networks block it for submission.",
            object=held.object,
            severity="info" if loopback else None,
            help="Use port: 465 with security: tls, or port: 587 with security: starttls.",
        )


def _refused(provider: Provider | None, held: Effective) -> bool:
    """Tell whether the provider's own rule (MS201) already speaks about this port."""
    if provider is None:
        return False
    return judge_endpoint(provider, held.get("host"), held.get("port"), held.get("security")).kind != "unknown"


def _mismatch(held: Effective, provider: Provider | None, port: int, security: str) -> Finding:
    value = blame(held, "port", "security")
    if port == 465:
        why = "Port 465 speaks TLS from the first byte"
        consequence = "the connection would hang" if security == "starttls" else "the server would hear no TLS"
    else:
        why = f"Port {port} begins in clear and upgrades with STARTTLS"
        consequence = "the TLS handshake would fail"
    theirs = port_for(provider, security, held.get("host"))
    wanted = theirs or {"tls": 465, "starttls": 587}.get(security)
    port_value, security_value = held.fields.get("port"), held.fields.get("security")
    if wanted is not None and port_value is not None and port_value.item is not None:
        fix = rewrite(port_value, str(wanted), f"Write port: {wanted}.")
        help_ = f"Write port: {wanted} for {security}, or security: {_PAIRS[port][0]} for port {port}."
    else:
        fix = rewrite(security_value, _PAIRS[port][0], f"Write security: {_PAIRS[port][0]}.", "unsafe")
        help_ = f"Write security: {_PAIRS[port][0]} for port {port}."
    return at_value(
        "MS101",
        value,
        f"Port {port} and security {security} disagree. {why}; {consequence}.",
        object=held.object,
        help=help_,
        fix=fix,
    )


def _security(held: Effective) -> Iterator[Finding]:
    security, method = held.get("security"), held.get("auth.method")
    loopback = is_loopback(held.get("host"))
    if security == "none":
        yield at_value(
            "MS102",
            blame(held, "security", "port"),
            "Nothing is encrypted: everyone on the way can read and change the mail.",
            object=held.object,
            severity="info" if loopback else None,
            help="Use security: tls (port 465) or security: starttls (port 587).",
        )
        if method in {"plain", "login", "xoauth2", "oauthbearer"}:
            yield at_value(
                "MS106",
                blame(held, "auth.method", "security"),
                f"Signing in with {method} without TLS sends the credentials in clear text (RFC 4954 forbids it).",
                object=held.object,
                severity="info" if loopback else None,
                help="Use security: tls or starttls; a relay that needs no sign-in takes method: none.",
            )
    if method == "cram_md5":
        yield at_value(
            "MS107",
            blame(held, "auth.method"),
            "CRAM-MD5 is weak: the server must store the password readably, and MD5 can be guessed offline.",
            object=held.object,
            help="Use method: plain over TLS, if the server offers it.",
        )
    if held.get("tls.validate_certs") is False and security != "none":
        yield at_value(
            "MS108",
            blame(held, "tls.validate_certs"),
            "The server's certificate is not checked: anyone on the way can pose as the server.",
            object=held.object,
            help="Remove validate_certs: false; for a private authority give tls.ca_file.",
        )


CHECKS = (Check(("MS101", "MS102", "MS103", "MS104", "MS105", "MS106", "MS107", "MS108"), check),)
