"""Which additional header fields a message may have: told when the files are read, and held when a message is made."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

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


class FieldProblem(NamedTuple):
    """Why a field cannot be sent as it is: its ``name`` is none, is ``reserved``, or its ``value`` does not fit."""

    kind: Literal["name", "reserved", "value"]
    message: str


def is_reserved(name: str) -> bool:
    """Tell whether mailspec alone sets a header field."""
    return name.lower() in RESERVED or name.lower().startswith(_RESERVED_PREFIXES)


def field_problem(name: str, value: str) -> FieldProblem | None:
    """Say what is wrong with an additional header field, ``None`` where it can be sent."""
    if _NAME.fullmatch(name) is None:
        return FieldProblem("name", f"{name!a} is not a header field's name (RFC 5322 section 2.2)")
    if is_reserved(name):
        return FieldProblem("reserved", f"the header field {name} is set by mailspec itself")
    if _LINE_ENDS.search(value):
        return FieldProblem("value", f"the header field {name} holds a line break")
    if len(value) > _LONGEST:
        return FieldProblem("value", f"the header field {name} is longer than {_LONGEST} characters")
    return None
