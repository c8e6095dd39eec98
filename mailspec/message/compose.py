"""Builds the test message (RFC 5322), so that no name, address or header value can add a line of its own."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailspec.message.about import About
from mailspec.message.fields import Fields, Mailbox
from mailspec.message.sender import Sender
from mailspec.text.address import clean_name

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST = 998
# How a text is written that fits on lines and needs no encoding.
_PLAIN = {"Content-Type": 'text/plain; charset="utf-8"', "Content-Transfer-Encoding": "7bit", "MIME-Version": "1.0"}


def compose(about: About, sender: Sender, to: str, *, utf8: bool = False) -> bytes:
    """Return the message that proves a configuration.

    ``utf8`` writes addresses in UTF-8 (RFC 6532), where the server offers SMTPUTF8; else they are ASCII. Raises
    ValueError where an address cannot be written that way.
    """
    fields = Fields(utf8=utf8)
    shown = {name: one_line(value) for name, value in sender.headers.items()}
    sender = replace(sender, name=one_line(clean_name(sender.name)), headers=shown)
    put_sender(fields, sender)
    fields.addresses("To", [Mailbox(to)])
    fields.text("Subject", one_line(about.subject))
    fields.exact("Date", format_datetime(about.when))
    fields.exact("Message-ID", message_id(about.id, sender.email))
    # RFC 3834: nobody's holiday notice should answer. Microsoft's field does the same for Exchange.
    fields.exact("Auto-Submitted", "auto-generated")
    fields.exact("X-Auto-Response-Suppress", "All")
    fields.text("X-Mailspec-Version", one_line(about.version))
    fields.text("X-Mailspec-Test", one_line(about.id))
    fields.text("X-Mailspec-Object", one_line(f"{about.kind}:{about.name}"))
    put_unsubscribe(fields, sender.list_unsubscribe)
    put_more(fields, sender)
    text = body(about, sender)
    if not _is_plain(text):
        content = EmailMessage(policy=SMTP)
        content.set_content(text, cte="quoted-printable")
        return fields.with_content(content.as_bytes(), content.keys())
    for name, value in _PLAIN.items():
        fields.exact(name, value)
    return fields.with_content(b"\r\n" + text.replace("\n", "\r\n").encode(), ())


def put_sender(fields: Fields, sender: Sender) -> None:
    """Put who sends, and who gets the answers."""
    fields.addresses("From", [Mailbox(sender.email, sender.name)])
    if sender.sender:
        fields.addresses("Sender", [Mailbox(sender.sender)])
    if sender.reply_to:
        fields.addresses("Reply-To", [Mailbox(sender.reply_to)])


def put_unsubscribe(fields: Fields, link: str | None) -> None:
    """Put how recipients leave the list, where they can."""
    if link:
        fields.link("List-Unsubscribe", link)
        if link.startswith("https:"):
            # RFC 8058: one click, by a POST without anything else.
            fields.exact("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def put_more(fields: Fields, sender: Sender) -> None:
    """Put the additional fields, but those that are there: a mailing's own way to leave it comes first."""
    for name, value in sender.headers.items():
        if not fields.has(name):
            fields.text(name, value)


def body(about: About, sender: Sender) -> str:
    """Return the text: what was tested, by which settings, when, and that nothing needs to be done."""
    rows = [*about.rows, ("From", f"{sender.name} <{sender.email}>" if sender.name else sender.email)]
    if sender.sender:
        rows.append(("On behalf", f"sent by {sender.sender}"))
    if sender.bounces != sender.email:
        rows.append(("Bounces", sender.bounces))
    width = max(len(label) for label, _ in rows) + 1
    lines = [f"{label + ':':<{width}} {one_line(value)}" for label, value in rows]
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


def _is_plain(text: str) -> bool:
    return text.isascii() and max(map(len, text.splitlines())) <= 78


def one_line(text: str) -> str:
    """Show control and direction characters and lone surrogates as escapes; cut what no person reads."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + " ..."
    shown = _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return shown.encode("utf-8", "backslashreplace").decode()
