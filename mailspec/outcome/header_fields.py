"""Which additional header fields a message may have: told when the files are read, and held when a message is made."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

# Fields that say who sends what to whom, or how the message is built, are set by mailspec alone.
RESERVED = frozenset(
    (
        *("from", "sender", "reply-to", "to", "cc", "bcc", "date", "message-id", "subject"),
        *("apparently-to", "disposition-notification-to", "return-receipt-to", "x-confirm-reading-to", "errors-to"),
        *("mail-followup-to", "mail-reply-to"),
        *("return-path", "received", "mime-version", "content-type", "content-transfer-encoding"),
        *("content-disposition", "auto-submitted", "x-auto-response-suppress", "dkim-signature"),
    )
)
# What a mail service sends to whoever stands in it, beside the recipients that it was told: SendGrid (Building an
# X-SMTPAPI Header, read 2026-11-29), SparkPost and Bird (cc, bcc and archive of their SMTP API), Mandrill (its BCC
# address) and Mailjet (a copy of each message whose template fails).
_RECIPIENTS_OF_SERVICES = frozenset(("x-smtpapi", "x-msys-api", "x-mc-bccaddress", "x-mj-templateerrorreporting"))
# RFC 2369: each holds links, the first that can be used counts.
_LINKS = frozenset(f"list-{word}" for word in ("help", "unsubscribe", "subscribe", "post", "owner", "archive"))
# Resent-To, Resent-Bcc and the like (RFC 5322 section 3.6.6) name recipients.
_RESERVED_PREFIXES = ("resent-", "x-mailspec-")
_NAME = re.compile(r"[!-9;-~]{1,76}")
# RFC 5322 section 2.1.1: a line has 998 characters at most.
_LONGEST = 998
# Some readers end a line at each of these (str.splitlines), and none of them can be seen.
_LINE_ENDS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x80-\x9f\u2028\u2029]")
# RFC 2047 section 2: "=?" charset "?" encoding "?" encoded-text "?=".
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
# A URI of a header field stands in one piece.
_LONGEST_LINK = 900
# What a mail program may take from a link (RFC 6068 section 4); the others name recipients, or fake the sender.
_IN_MAILTO = frozenset(("subject", "body"))


class FieldProblem(NamedTuple):
    """Why a field cannot be sent as it is: its ``name`` is none, is ``reserved``, or its ``value`` does not fit.

    ``recipients``: it names some; ``link``: it holds one that cannot be used; ``encoded``: it is not the text itself.
    """

    kind: Literal["name", "reserved", "recipients", "link", "value", "encoded"]
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
    if name.lower() in _RECIPIENTS_OF_SERVICES:
        return FieldProblem("recipients", f"mail services send to addresses in the header field {name}")
    if _LINE_ENDS.search(value):
        return FieldProblem("value", f"the header field {name} holds a line break")
    if _ENCODED_WORD.search(value):
        return FieldProblem("encoded", f"the header field {name} holds an encoded word (RFC 2047)")
    if len(value) > _LONGEST:
        return FieldProblem("value", f"the header field {name} is longer than {_LONGEST} characters")
    problems = map(link_problem, re.findall(r"<([^<>]*)", value) if name.lower() in _LINKS else ())
    problem = next(filter(None, problems), None)
    return None if problem is None else FieldProblem("link", f"the link in the header field {name} {problem}")


def has_encoded_word(text: str) -> bool:
    """Tell whether a text holds what mail programs write for one that is not ASCII (RFC 2047)."""
    return "=?" in text and _ENCODED_WORD.search(text) is not None


def meant_by(text: str) -> str | None:
    """Return the text that its encoded words stand for; ``None`` where nobody can read it, or it holds line ends."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    if len(text) > _LONGEST:
        return None  # decoding takes the square of the length where words do not end
    try:
        meant = str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return None
    return meant if meant.isprintable() and not has_encoded_word(meant) else None


def link_problem(link: str) -> str | None:
    """Say why recipients cannot be given a link by which they leave a list, ``None`` where they can."""
    from urllib.parse import parse_qsl, unquote

    if _LINE_ENDS.search(unquote(link)):
        return "holds an encoded control character"
    if "," in link:
        return "holds a comma, which begins another link (RFC 2369 section 2)"
    if len(link) > _LONGEST_LINK:
        return f"is longer than {_LONGEST_LINK} characters"
    if link.startswith("mailto:"):
        query = link.partition("?")[2].partition("#")[0]
        for name, _ in parse_qsl(query, keep_blank_values=True):
            if name.lower() not in _IN_MAILTO:
                return f"sets {name[:60]!a} in the mail of whoever leaves the list"
    return None
