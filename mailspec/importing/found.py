"""What a program's files say: sending accounts in the Spec's words, each password apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailspec.model.smtp import DEFAULT_SECURITY, PORT_OF_SECURITY, SECURITY_OF_PORT
from mailspec.outcome.secret import Secret
from mailspec.text.address import parse_address

# Our own default and Debian's: it says nothing about an authority of one's own.
BUNDLES = frozenset({"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt"})
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a source cannot be imported, and what to do. Never holds a value."""

    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One sending account.

    ``data`` are the words of a configuration without name, state and password; ``password`` is to be stored somewhere,
    ``reference`` says where the program itself takes it from. ``off`` tells that the program sends no mail by it.
    ``hint`` is a word to tell several accounts of one source apart.
    """

    data: Mapping[str, Any]
    password: Secret | None = None
    reference: Mapping[str, Any] | None = None
    off: bool = False
    hint: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One program's files. The first account is its default. ``target`` are a target's words that could write it."""

    kind: str
    path: str
    accounts: tuple[Found, ...]
    target: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()


def account(
    host: str,
    port: int | str | None = None,
    security: str | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    method: str | None = None,
    sender: str | None = None,
    name: str | None = None,
    tls: Mapping[str, Any] | None = None,
    reference: Mapping[str, Any] | None = None,
    off: bool = False,
    hint: str = "",
    notes: tuple[str, ...] = (),
    **more: Any,
) -> Found:
    """Return an account from texts as programs have them; what is empty is left out.

    ``sender`` may be an address with a name; ``name`` wins over the name in it. ``more`` are other words.
    """
    number = port_of(port)
    if security is None:
        security = DEFAULT_SECURITY if number is None else SECURITY_OF_PORT.get(number, DEFAULT_SECURITY)
    data: dict[str, Any] = {"host": host, "port": number or PORT_OF_SECURITY[security], "security": security}
    data |= {"tls": dict(tls)} if tls else {}
    if username:
        auth: dict[str, Any] = {"method": method} if method not in (None, "", "plain") else {}
        data["auth"] = {**auth, "username": username}
    shown, address = sender_of(sender)
    shown = name or shown
    if address:
        data["from"] = {"email": address, **({"name": shown} if shown else {})}
    elif shown:
        data["from"] = {"name": shown}
    data |= {word: value for word, value in more.items() if value not in (None, "", {}, [])}
    secret = Secret(password) if username and password else None
    return Found(data, secret, reference if username else None, off, hint, notes)


def with_sender(found: Found, domain: str, program: str) -> Found:
    """Return a mail server's account with a sender: one of its own where neither it nor its user name says one."""
    if "from" in found.data or "@" in str(found.data.get("auth", {}).get("username", "")):
        return found
    address = f"postmaster@{domain if '.' in domain else 'localhost.localdomain'}"
    note = f"{program} has no From of its own: {address} was put in; correct it"
    return replace(found, data={**found.data, "from": {"email": address}}, notes=(*found.notes, note))


def port_of(text: int | str | None) -> int | None:
    """Return a port's number, ``None`` for what is none."""
    word = str(text or "").strip()
    return int(word) if word.isdecimal() and 0 < int(word) < 65536 else None


def sender_of(text: str | None) -> tuple[str | None, str | None]:
    """Return name and address of a sender's text."""
    if not text:
        return None, None
    parsed = parse_address(text)
    if parsed is not None:
        return parsed[0] or None, parsed[1]
    return None, text if _ADDRESS.fullmatch(text) else None


def truth(text: object) -> bool:
    """Tell whether a program's word means yes."""
    return str(text).strip().lower() in _TRUE


def host_and_port(text: str) -> tuple[str, int | None]:
    """Return both parts of ``host:port``, ``[v6]:port`` or a host alone.

    >>> host_and_port("mail.acme.example:587"), host_and_port("[::1]:25"), host_and_port("mail")
    (('mail.acme.example', 587), ('::1', 25), ('mail', None))
    """
    found = (
        re.fullmatch(r"\[?([^\[\]]+?)\]?(?::([0-9]+))?", text.strip()) if text.count(":") < 2 or "[" in text else None
    )
    return (text.strip(), None) if found is None else (found[1], port_of(found[2]))
