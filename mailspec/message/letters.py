"""Builds the messages that are sent for good (RFC 5322): from a template's parts, or from a whole message given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from mailspec.message.compose import message_id
from mailspec.message.sender import Sender
from mailspec.message.template import Parts
from mailspec.text.address import clean_name

# What says who sent a message, and when: that is ours to say, whoever wrote the rest.
_OURS = frozenset({"from", "sender", "date", "message-id", "return-path", "bcc", "resent-bcc", "reply-to"})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One recipient as the header shows it."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header of one message says.

    ``automatic``: no person wrote it, so that nobody's holiday notice answers (RFC 3834). ``unsubscribe`` is an https
    or mailto URL; an https one is offered with one click (RFC 8058).
    """

    id: str
    when: datetime
    sender: Sender
    to: Sequence[Mailbox]
    cc: Sequence[Mailbox] = ()
    unsubscribe: str | None = None
    automatic: bool = True
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        """The Message-ID: the same for the same id, so that a message that arrives twice is recognised."""
        return message_id(self.id, self.sender.email)


def from_parts(heading: Heading, parts: Parts, *, utf8: bool = False) -> bytes:
    """Return a message of a subject, a text and an HTML part, each of which may be empty."""
    message = EmailMessage(policy=SMTPUTF8 if utf8 else SMTP)
    _head(message, heading)
    message["Subject"] = " ".join(parts.subject.split())
    if parts.text or not parts.html:
        message.set_content(parts.text or "\n", cte=_encoding(parts.text))
        if parts.html:
            message.add_alternative(parts.html, subtype="html", cte=_encoding(parts.html))
    else:
        message.set_content(parts.html, subtype="html", cte=_encoding(parts.html))
    return message.as_bytes()


def from_message(heading: Heading, raw: bytes, subject: str | None = None, *, utf8: bool = False) -> bytes:
    """Return a whole message that was given, with our own sender, date and Message-ID.

    Raises:
        ValueError: it is no message: it has no header.
    """
    given = message_from_bytes(raw, policy=SMTPUTF8 if utf8 else SMTP)
    if not given.keys():
        raise ValueError("it has no header; give a text with --body instead")
    shown = {"to", "cc"} if heading.to or heading.cc else set()
    for name in {key.lower() for key in given.keys()} & (_OURS | shown | ({"subject"} if subject else set())):  # noqa: SIM118
        del given[name]
    _head(given, heading)
    if subject:
        given["Subject"] = " ".join(subject.split())
    return given.as_bytes()


def subject_of(raw: bytes) -> str:
    """Return a whole message's subject on one line."""
    return " ".join(str(message_from_bytes(raw, policy=SMTP).get("Subject") or "").split())


def _head(message: EmailMessage, heading: Heading) -> None:
    sender = heading.sender
    message["From"] = _address(Mailbox(sender.email, sender.name))
    if sender.sender:
        message["Sender"] = _address(Mailbox(sender.sender))
    if sender.reply_to:
        message["Reply-To"] = _address(Mailbox(sender.reply_to))
    if heading.to:
        message["To"] = [_address(entry) for entry in heading.to]
    if heading.cc:
        message["Cc"] = [_address(entry) for entry in heading.cc]
    message["Date"] = format_datetime(heading.when)
    message["Message-ID"] = heading.message_id
    if heading.automatic and "Auto-Submitted" not in message:
        message["Auto-Submitted"] = "auto-generated"
    if heading.unsubscribe:
        message["List-Unsubscribe"] = f"<{heading.unsubscribe}>"
        if heading.unsubscribe.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in {**sender.headers, **heading.extra}.items():
        message[name] = " ".join(value.split())


def _address(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.email.rpartition("@")
    return Address(clean_name(mailbox.name), local, domain)


def _encoding(text: str) -> str:
    """Return how a part goes so that no server needs 8BITMIME and no line is too long (RFC 5321: 998 bytes)."""
    plain = text.isascii() and max(map(len, text.splitlines()), default=0) <= 900
    return "7bit" if plain else "quoted-printable"
