"""Words of other programs for ours: what people bring along from a mail client, a framework or another tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mailspec.model.security_words import read_security
from mailspec.model.smtp import PORT_OF_SECURITY, SPOKEN

# In lower case with "_" between words: the last of our words that is meant. Collected from the settings of the
# programs that mailspec writes, of Nodemailer, PHPMailer, Spring, Django, Rails and the mail clients.
_MEANT: dict[str, tuple[str, ...]] = {
    "host": ("server", "smtp_host", "smtp_server", "hostname", "address", "smarthost", "mail_host", "mailhost"),
    "port": ("post", "smtp_port", "mail_port"),
    "username": ("user", "login", "user_name", "usr", "account_name", "smtp_user", "smtp_username"),
    "password": ("pass", "passwd", "pwd", "passwrd", "passphrase", "smtp_pass", "smtp_password", "secret"),
    "method": ("mechanism", "authentication", "auth_method", "auth_type", "authtype", "login_method"),
    "from": ("sender", "from_email", "from_address", "mail_from", "default_from", "email_from"),
    "reply_to": ("replyto", "answer_to"),
    "ehlo_name": ("helo", "ehlo", "helo_name", "hello", "domain"),
    "security": (
        "encryption", "encrypt", "secure", "ssl", "tls_mode", "use_tls", "use_ssl", "enable_ssl", "ssl_tls", "starttls",
        "use_starttls", "enable_starttls", "starttls_enable", "protocol", "smtp_secure", "connection_security",
        "smtp_encryption", "mail_encryption", "transport_security", "connection",
    ),
}  # fmt: skip
_OURS = {word: ours for ours, words in _MEANT.items() for word in words}


class Meant(NamedTuple):
    """What is meant by another program's word: the help, our ``key``, and what to ``write`` in its place.

    Both are ``""`` where it is not certain.
    """

    help: str
    key: str = ""
    write: str = ""


def meant_by_key(key: str, value: Any, beside: Mapping[str, Any], known: Iterable[str]) -> Meant | None:
    """Return what a key that the language does not know says elsewhere; ``None`` for one that nobody has.

    ``beside`` is the map in which it stands, and ``known`` the keys that the language has there.
    """
    word = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s-]+", "_", key).lower()
    ours = _OURS.get(word)
    known = tuple(known)
    if ours == "security" and "security" in known:
        return _security(word, value, beside)
    if ours is None:
        return None
    if ours in known:
        taken = ours in beside
        return Meant(f"Remove it: {ours} says it already." if taken else f"Write {ours}.", "" if taken else ours)
    if "auth" in known and ours in {"username", "password", "method"}:
        return Meant(f"Write it below auth, as {ours}.")
    return None


def _security(word: str, value: Any, beside: Mapping[str, Any]) -> Meant:
    if "security" in beside:
        return Meant("Remove it: security says it already.")
    # A key such as use_ssl says which; its value only whether.
    given = word.replace("_", " ") if value is True else str(value)
    if value is False or (word == "protocol" and given.lower() == "smtp"):
        return Meant(_WORDS)
    return _read(given, beside, "security: ") or Meant(_WORDS)


def meant_by_security(value: str, beside: Mapping[str, Any]) -> Meant | None:
    """Return what another program's word for the encryption is here; ``None`` for one that nobody has."""
    return _read(value, beside, "")


def _read(given: str, beside: Mapping[str, Any], before: str) -> Meant | None:
    port = beside.get("port")
    if not isinstance(port, int) or isinstance(port, bool):
        port = None
    # In capitals no word is taken for one of ours: "tls" is STARTTLS to many programs.
    security, other = (
        read_security(given.upper(), number).value
        for number in (port or PORT_OF_SECURITY["tls"], port or PORT_OF_SECURITY["starttls"])
    )
    if security is None:
        return None
    if security != other:
        return Meant("Write security: tls with port 465, or security: starttls with port 587.")
    if port is not None and security not in SPOKEN.get(port, (security,)):
        spoken = " or ".join(SPOKEN[port])
        means = "" if given == security else f", which {given} means"
        return Meant(f"Port {port} does not speak {security}{means}: write {before}{spoken}, or another port.")
    return Meant(f"Write {before}{security}.", "security", f"{before}{security}")


_WORDS = "Write security: tls, starttls or none; with the port it says how the connection is encrypted."


def meant_by_tls(value: Any, beside: Mapping[str, Any]) -> Meant:
    """Return what a switch under ``tls`` means, whose own words are about certificates."""
    found = _security("tls", value, beside)
    return Meant(f"{found.help} tls is about how the server's certificate is checked.", found.key, found.write)
