"""Mail servers of one relay: nullmailer (nullmailer-send(8), 2.2) and Debian's Exim (README.Debian, 4.96)."""

from __future__ import annotations

import ipaddress
import os
import shlex
from collections.abc import Mapping
from typing import Any

from mailspec.importing.files import text_of
from mailspec.importing.found import BUNDLES, Found, Problem, Source, account, port_of, with_sender
from mailspec.targets.base import TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.env_file import Assignments
from mailspec.targets.formats.base import keys_in
from mailspec.targets.formats.lines import MainCf
from mailspec.targets.formats.remotes import Passwords

_SMARTHOST = "REMOTE_SMTP_SMARTHOST_"
_OFF = "mailspec-off.invalid"


def read_nullmailer(path: str) -> Source | Problem:
    """Read the relays. ``path`` is the folder, or its file remotes."""
    folder = os.path.dirname(path) if os.path.basename(path) == "remotes" else path.rstrip("/")
    text = text_of(os.path.join(folder, "remotes"))
    if isinstance(text, Problem):
        return text
    accounts: list[Found] = []
    notes: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            host, *words = shlex.split(line)
        except ValueError:
            return Problem(f"{folder}/remotes, line {number}: a quote is not closed", "correct it first")
        protocol = words.pop(0) if words and "=" not in words[0] and not words[0].startswith("--") else "smtp"
        if protocol != "smtp":
            notes.append(f"line {number} of remotes is left out: its protocol is {protocol}, not smtp")
        elif host != _OFF:
            accounts.append(_relay(host, words, _first_line(folder, "helohost"), _first_line(folder, "allmailfrom")))
    if not accounts:
        return Problem(f"{folder}/remotes names no relay", "name the folder of the nullmailer that is in use")
    if len(accounts) > 1:
        notes.append("nullmailer tries its relays one after the other: the first one is the default here")
    if _first_line(folder, "adminaddr"):
        notes.append("adminaddr, which gets the mail of local users, stays nullmailer's own")
    domain = next(filter(None, (_first_line(folder, name) for name in ("defaultdomain", "me"))), "")
    domain = domain or _first_line(os.path.dirname(folder), "mailname")
    accounts[0] = with_sender(accounts[0], domain, "nullmailer")
    return Source("nullmailer", folder, tuple(accounts), {"type": "nullmailer", "path": folder}, tuple(notes))


def _relay(host: str, words: list[str], greeting: str, envelope: str) -> Found:
    """Return one relay's account. Before 2.0 options began with two hyphens."""
    options = dict(word.removeprefix("--").partition("=")[::2] for word in words)
    security = "tls" if {"tls", "ssl"} & options.keys() else "starttls" if "starttls" in options else "none"
    tls: dict[str, Any] = {}
    if security != "none":
        if options.get("x509cafile", "") not in (*BUNDLES, ""):
            tls["ca_file"] = options["x509cafile"]
        if "insecure" in options:
            tls["validate_certs"] = False
    return account(
        host,
        port_of(options.get("port")) or (465 if security == "tls" else 25),
        security,
        username=options.get("user"),
        password=options.get("pass"),
        method="login" if "auth-login" in options and options.get("user") else None,
        tls=tls,
        envelope_from=envelope if "@" in envelope else None,
        ehlo_name=greeting,
        notes=("nullmailer checks no certificate here (insecure)",) if "insecure" in options else (),
    )


def _first_line(folder: str, name: str) -> str:
    """Return a control file's value, ``""`` where there is none: nullmailer has one a file."""
    text = text_of(os.path.join(folder, name))
    lines = [] if isinstance(text, Problem) else [line.strip() for line in text.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def read_exim(path: str) -> Source | Problem:
    """Read the smart host of a satellite. ``path`` is the folder, or its update-exim4.conf.conf."""
    folder = os.path.dirname(path) if os.path.basename(path) == "update-exim4.conf.conf" else path.rstrip("/")
    text = text_of(os.path.join(folder, "update-exim4.conf.conf"))
    if isinstance(text, Problem):
        return text
    there = keys_in(Assignments(DIALECTS["sh"]), text)
    if isinstance(there, TargetProblem):
        return Problem(f"{folder}: {there.message}", there.help)
    settings = {key: value or "" for key, value in there.items()}
    kind = settings.get("dc_eximconfig_configtype", "")
    # Debian parts hosts by semicolons; within one each colon is doubled.
    hosts = [part.strip() for part in settings.get("dc_smarthost", "").split(";") if part.strip()]
    if kind not in ("satellite", "smarthost") or not hosts:
        return Problem(f"{folder}: Exim relays through no server ({kind or 'no type'})", "set a smart host first")
    host, port = _host(hosts[0])
    if host == _OFF:
        return Problem(f"{folder}: Exim's mail is switched off by mailspec", "nothing is to be imported")
    macros = _entries(os.path.join(folder, "exim4.conf.localmacros"), MainCf())
    notes = [f"Exim tries {len(hosts)} hosts one after the other: the first one is taken"] if len(hosts) > 1 else []
    found = _satellite(host, port, macros, _login(os.path.join(folder, "passwd.client"), host), notes)
    hidden = settings.get("dc_readhost", "") if settings.get("dc_hide_mailname") == "true" else ""
    found = with_sender(found, hidden or _first_line(os.path.dirname(folder), "mailname"), "Exim")
    return Source("exim", folder, (found,), {"type": "exim", "path": folder})


def _satellite(host: str, port: int | None, macros: Mapping[str, str], login: str, notes: list[str]) -> Found:
    user, _, password = login.partition(":")
    required = bool(macros.get(f"{_SMARTHOST}HOSTS_REQUIRE_TLS"))
    # Debian's Exim gives no password without TLS unless it is told to.
    clear = not user or macros.get("AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS", "") != ""
    if macros.get(f"{_SMARTHOST}PROTOCOL") == "smtps":
        security = "tls"
    else:
        security = "none" if clear and not required else "starttls"
        if not required:
            notes.append("Exim takes STARTTLS where it is offered and sends in clear where it is not")
    tls: dict[str, Any] = {}
    if security != "none":
        if macros.get(f"{_SMARTHOST}TLS_VERIFY_CERTIFICATES", "system") not in (*BUNDLES, "system"):
            tls["ca_file"] = macros[f"{_SMARTHOST}TLS_VERIFY_CERTIFICATES"]
        if not macros.get(f"{_SMARTHOST}TLS_VERIFY_HOSTS"):
            tls["validate_certs"] = False
            notes.append("Exim checks no certificate here: TLS_VERIFY_HOSTS of the smart host is not set")
    greeting = macros.get("REMOTE_SMTP_HELO_DATA", "")
    return account(
        host,
        port or (465 if security == "tls" else 25),
        security,
        username=user,
        password=password,
        tls=tls,
        ehlo_name=greeting if "$" not in greeting else None,
        notes=tuple(notes),
    )


def _host(text: str) -> tuple[str, int | None]:
    """Return host and port of ``HOST::PORT``, in which each colon of an IPv6 address is doubled."""
    name, mark, port = text.rpartition("::")
    host = name.replace("::", ":")
    if mark and port_of(port) and (":" not in host or _is_v6(host)):
        return host, port_of(port)
    return text.replace("::", ":"), None


def _is_v6(text: str) -> bool:
    try:
        return bool(ipaddress.IPv6Address(text))
    except ValueError:
        return False


def _login(path: str, host: str) -> str:
    """Return ``USER:PASSWORD`` of the first line that fits a host: its name, or ``*`` and the end of it."""
    for key, value in _entries(path, Passwords()).items():
        if key.lower() == host.lower() or (key.startswith("*") and host.lower().endswith(key[1:].lower())):
            return value
    return ""


def _entries(path: str, format_: MainCf | Passwords) -> dict[str, str]:
    text = text_of(path)
    return {} if isinstance(text, Problem) else {key: value or "" for key, value in format_.parse(text).items()}
