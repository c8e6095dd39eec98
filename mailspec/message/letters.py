"""Builds the messages that are sent for good (RFC 5322): from a template's parts, or from a whole message given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from mailspec.message.compose import message_id
from mailspec.message.sender import Sender
from mailspec.message.template import Parts
from mailspec.outcome.header_fields import is_reserved
from mailspec.text.address import clean_name

# What a whole message says itself: how it is built, and what is none of ours. All else that is reserved says who sends
# what to whom, and when: that is ours to say, whoever wrote the rest, and only recipients who were checked are named.
_THEIRS = frozenset(
    (
        *("subject", "to", "cc", "mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
        *("received", "auto-submitted", "x-auto-response-suppress"),
    )
)
# Some readers end a line at these, and what follows is a field of its own to them.
_BREAKS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")


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
    """Return a whole message that was given, with our own sender, recipients, date and Message-ID.

    Its ``Bcc`` and its ``Resent-`` fields (RFC 5322 section 3.6.6) reach nobody and are left out.

    Raises:
        ValueError: it is no message: it has no header, or one that could be read in two ways.
    """
    given = message_from_bytes(raw, policy=SMTPUTF8 if utf8 else SMTP)
    if not given.keys():
        raise ValueError("it has no header; give a text with --body instead")
    shown = {"to", "cc"} if heading.to or heading.cc else set()
    replaced = shown | ({"subject"} if subject else set())
    for name in {key.lower() for key in given.keys()}:  # noqa: SIM118
        if name in replaced or (is_reserved(name) and name not in _THEIRS):
            del given[name]
    for name, value in given.raw_items():
        if _BREAKS.search(str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")):
            raise ValueError(f"its header field {name} holds a control character")
    _head(given, heading)
    if subject:
        given["Subject"] = " ".join(subject.split())
    made = given.as_bytes()
    written = BytesParser(policy=SMTP).parsebytes(made.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", headersonly=True)
    if written.keys() != given.keys():
        # A line end that was encoded in a long field, for one.
        raise ValueError("its header would not be read back as it is meant")
    return made


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
