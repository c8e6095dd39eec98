"""Builds the test message (RFC 5322), so that no name, address or header value can add a line of its own."""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from mailspec.message.about import About
from mailspec.message.sender import Sender
from mailspec.text.address import clean_name

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Parsed once: it is asked for several times while a message is written.
_PLAIN = SMTP.header_factory("Content-Type", 'text/plain; charset="utf-8"')
# Folding a header takes time that grows with the square of its length.
_LONGEST = 998


def compose(about: About, sender: Sender, to: str, *, utf8: bool = False) -> EmailMessage:
    """Return the message that proves a configuration.

    ``utf8`` writes addresses and fields in UTF-8 (RFC 6532), where the server offers SMTPUTF8; else they
    are ASCII with encoded words (RFC 2047). Raises ValueError where an address cannot be written that way.
    """
    message = EmailMessage(policy=SMTPUTF8 if utf8 else SMTP)
    put(message, "From", _address(sender.name, sender.email, utf8))
    if sender.sender:
        put(message, "Sender", _address("", sender.sender, utf8))
    if sender.reply_to:
        put(message, "Reply-To", _address("", sender.reply_to, utf8))
    if sender.list_unsubscribe:
        put(message, "List-Unsubscribe", f"<{_one_line(sender.list_unsubscribe)}>")
        if sender.list_unsubscribe.startswith("https:"):
            # RFC 8058: one click, by a POST without anything else.
            put(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    put(message, "To", _address("", to, utf8))
    put(message, "Subject", _one_line(about.subject))
    put(message, "Date", format_datetime(about.when))
    put(message, "Message-ID", message_id(about.id, sender.email))
    # RFC 3834: nobody's holiday notice should answer. Microsoft's field does the same for Exchange.
    put(message, "Auto-Submitted", "auto-generated")
    put(message, "X-Auto-Response-Suppress", "All")
    put(message, "X-Mailspec-Version", _one_line(about.version))
    put(message, "X-Mailspec-Test", _one_line(about.id))
    put(message, "X-Mailspec-Object", _one_line(f"{about.kind}:{about.name}"))
    for name, value in sender.headers.items():
        put(message, name, _one_line(value))
    put_text(message, body(about, sender))
    return message


def put(message: EmailMessage, name: str, value: str | Address) -> None:
    """Add a header field.

    What is plain ASCII on one line stands there as it is: the policy would take each apart and put it together again,
    which is most of the work for a message.
    """
    text = str(value)
    if text.isascii() and text.isprintable() and text == text.strip() and 0 < len(name) + len(text) <= 76:
        message.set_raw(name, text)
    else:
        message[name] = value


def put_text(message: EmailMessage, text: str) -> None:
    """Add a text, encoded so that no server needs 8BITMIME."""
    if not _is_plain(text):
        message.set_content(text, cte="quoted-printable")
        return
    message.set_raw("Content-Type", _PLAIN)
    put(message, "Content-Transfer-Encoding", "7bit")
    put(message, "MIME-Version", "1.0")
    message.set_payload(text)


def body(about: About, sender: Sender) -> str:
    """Return the text: what was tested, by which settings, when, and that nothing needs to be done."""
    rows = [*about.rows, ("From", f"{sender.name} <{sender.email}>" if sender.name else sender.email)]
    if sender.sender:
        rows.append(("On behalf", f"sent by {sender.sender}"))
    if sender.bounces != sender.email:
        rows.append(("Bounces", sender.bounces))
    width = max(len(label) for label, _ in rows) + 1
    lines = [f"{label + ':':<{width}} {_one_line(value)}" for label, value in rows]
    return "\n".join(
        [
            "This message was sent by mailspec to prove that the mail settings below work.",
            "It has arrived, so they do. Nothing needs to be done.",
            "",
            *lines,
            "",
        ]
    )


def message_id(key: str, email: str) -> str:
    """Return a Message-ID in the sender's domain; the same key gives the same, so a repeat is recognised."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    domain = email.rpartition("@")[2]
    return f"<mailspec.{digest}@{domain if domain.isascii() else 'mailspec.invalid'}>"


def _address(name: str, email: str, utf8: bool) -> Address:
    local, _, domain = email.rpartition("@")
    if not utf8 and not email.isascii():
        raise ValueError(f"{email!a} cannot be written without SMTPUTF8")
    return Address(_one_line(clean_name(name)), local, domain)


def _is_plain(text: str) -> bool:
    return text.isascii() and max(map(len, text.splitlines())) <= 78


def _one_line(text: str) -> str:
    """Show control and direction characters and lone surrogates as escapes; cut what no person reads."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + " ..."
    shown = _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return shown.encode("utf-8", "backslashreplace").decode()
