"""Builds the messages that are sent for good (RFC 5322): from a template's parts, or from a whole message given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailspec.message.compose import message_id, put_more, put_sender, put_unsubscribe
from mailspec.message.fields import Fields, Mailbox
from mailspec.message.given import decoded, take_apart
from mailspec.message.sender import Sender
from mailspec.message.template import Parts
from mailspec.outcome.header_fields import is_reserved

# What a whole message says itself: how it is built, and what is none of ours. All else that is reserved says who sends
# what to whom, and when: that is ours to say, whoever wrote the rest, and only recipients who were checked are named.
_THEIRS = frozenset(
    (
        *("subject", "to", "cc", "mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
        *("received", "auto-submitted", "x-auto-response-suppress"),
    )
)


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

    @property
    def message_id(self) -> str:
        """The Message-ID: the same for the same id, so that a message that arrives twice is recognised."""
        return message_id(self.id, self.sender.email)


def from_parts(heading: Heading, parts: Parts, *, utf8: bool = False) -> bytes:
    """Return a message of a subject, a text and an HTML part, each of which may be empty.

    Raises:
        ValueError: an address cannot be written without SMTPUTF8, or in a header at all.
    """
    fields = Fields(utf8=utf8)
    _put_heading(fields, heading, parts.subject, automatic=heading.automatic)
    text, html = map(_writable, (parts.text, parts.html))
    content = EmailMessage(policy=SMTP)
    if text or not html:
        content.set_content(text or "\n", cte=_encoding(text))
        if html:
            content.add_alternative(html, subtype="html", cte=_encoding(html))
    else:
        content.set_content(html, subtype="html", cte=_encoding(html))
    return fields.with_content(content.as_bytes(), content.keys())


def from_message(heading: Heading, raw: bytes, subject: str | None = None, *, utf8: bool = False) -> bytes:
    """Return a whole message that was given, with our own sender, recipients, date and Message-ID.

    Its ``Bcc`` and its ``Resent-`` fields (RFC 5322 section 3.6.6) reach nobody and are left out. What else it says of
    itself, and its text, stay as they are.

    Raises:
        ValueError: it is no message: it has no header, or one that could be read in two ways.
    """
    given = take_apart(raw)
    if not given.fields:
        raise ValueError("it has no header; give a text with --body instead")
    replaced = {name.lower() for name in heading.sender.headers}
    if heading.to or heading.cc:
        replaced |= {"to", "cc"}
    if heading.unsubscribe:
        replaced |= {"list-unsubscribe", "list-unsubscribe-post"}
    if subject:
        replaced.add("subject")
    kept = [entry for entry in given.fields if _is_kept(entry.name.lower(), replaced)]
    says_itself = any(entry.name.lower() == "auto-submitted" for entry in kept)
    fields = Fields(utf8=utf8)
    _put_heading(fields, heading, subject or None, automatic=heading.automatic and not says_itself)
    lines = b"".join(entry.written(utf8=utf8) for entry in kept)
    return fields.with_content(lines + b"\r\n" + given.body, [entry.name for entry in kept])


def subject_of(raw: bytes) -> str:
    """Return a whole message's subject on one line."""
    found = next((entry.text for entry in take_apart(raw).fields if entry.name.lower() == "subject"), "")
    return _writable(" ".join(decoded(found).split()))


def _is_kept(name: str, replaced: set[str]) -> bool:
    return name not in replaced and (name in _THEIRS or not is_reserved(name))


def _put_heading(fields: Fields, heading: Heading, subject: str | None, *, automatic: bool) -> None:
    put_sender(fields, heading.sender)
    if heading.to:
        fields.addresses("To", heading.to)
    if heading.cc:
        fields.addresses("Cc", heading.cc)
    if subject is not None:
        fields.text("Subject", subject)
    fields.exact("Date", format_datetime(heading.when))
    fields.exact("Message-ID", heading.message_id)
    if automatic:
        fields.exact("Auto-Submitted", "auto-generated")
    put_unsubscribe(fields, heading.unsubscribe)
    put_more(fields, heading.sender)


def _writable(text: str) -> str:
    """Return a text with lone surrogates, such as bytes of no encoding, shown as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _encoding(text: str) -> str:
    """Return how a part goes so that no server needs 8BITMIME and no line is too long (RFC 5321: 998 bytes)."""
    plain = text.isascii() and max(map(len, text.splitlines()), default=0) <= 900
    return "7bit" if plain else "quoted-printable"
