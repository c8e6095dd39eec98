"""As whom a message is sent: the envelope, From, Sender, Reply-To and additional header fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Fields that say who sends what to whom, or how the message is built, are set by mailspec alone.
RESERVED = frozenset(
    (
        *("from", "sender", "reply-to", "to", "cc", "bcc", "date", "message-id", "subject"),
        *("apparently-to", "disposition-notification-to", "return-receipt-to"),
        *("return-path", "received", "mime-version", "content-type", "content-transfer-encoding"),
        *("content-disposition", "auto-submitted", "x-auto-response-suppress", "dkim-signature"),
    )
)
# Resent-To, Resent-Bcc and the like (RFC 5322 section 3.6.6) name recipients.
_RESERVED_PREFIXES = ("resent-", "x-mailspec-")
_NAME = re.compile(r"[!-9;-~]{1,76}")
# RFC 5322 section 2.1.1: a line has 998 characters at most.
_LONGEST = 998
_LINE_ENDS = re.compile(r"[\r\n\x00\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Sender:
    """The addresses of one message.

    ``envelope_from`` is where bounces go (MAIL FROM). ``sender`` is the account's own address when it sends
    on behalf of somebody else, else ``None``: then no Sender field is written (RFC 5322 section 3.6.2).
    """

    email: str
    name: str = ""
    envelope_from: str = ""
    sender: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounces(self) -> str:
        """The envelope sender: the one given, else the Sender's address, else From."""
        return self.envelope_from or self.sender or self.email


def header_problem(headers: Mapping[str, str]) -> str | None:
    """Say which additional header field cannot be sent as it is, ``None`` where all can."""
    for name, value in headers.items():
        if _NAME.fullmatch(name) is None:
            return f"{name!a} is not a header field's name (RFC 5322 section 2.2)"
        if name.lower() in RESERVED or name.lower().startswith(_RESERVED_PREFIXES):
            return f"the header field {name} is set by mailspec itself"
        if _LINE_ENDS.search(value):
            return f"the header field {name} holds a line break"
        if len(value) > _LONGEST:
            return f"the header field {name} is longer than {_LONGEST} characters"
    return None
