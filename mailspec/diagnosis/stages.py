"""Which categories a stage and its codes leave open: they count before any words.

RFC 5321 section 4.3.2 lists the codes of each command; RFC 4954 section 6 those of AUTH (``535``, ``534``, ``538``,
``454``, ``432``); RFC 3463 the subjects of enhanced codes (``X.1`` addresses, ``X.2`` mailboxes, ``X.7`` policy).
"""

from __future__ import annotations

import re

from mailspec.diagnosis.frames import either, frames
from mailspec.diagnosis.statement import Statement
from mailspec.outcome.mail import Category

_SIGN_IN: frozenset[Category] = frozenset(
    {"auth_failed", "app_password_required", "auth_method_unsupported", "basic_auth_disabled"}
)
_ADDRESSED: frozenset[Category] = frozenset(
    {"recipient_rejected", "sender_unverified", "send_as_denied", "message_too_large", "greylisted"}
)
_TRANSACTION = frozenset({550, 551, 552, 553, 555, 556})
_SIGN_IN_CODES = frozenset({432, 454, 530, 534, 535, 538})
_LATER = frozenset({421, 450, 451, 452})
_CREDENTIALS = either(frames()["sign_in"]["certain"])
_SIGN_IN_WORDS = either(frames()["sign_in"]["likely"])
# A user or mailbox that a server with a recipient's mailbox speaks of.
_MAILBOX = re.compile(r"unknown user|user unknown|mailbox|no such user", re.IGNORECASE)
_SENDERS_CODE = re.compile(r"[45]\.1\.[78]$")
_ABOUT_ADDRESSES = re.compile(r"[45]\.[126]\.\d")


def excluded(statement: Statement) -> frozenset[Category]:
    """Return the categories that a statement cannot be about, whatever its words are."""
    if statement.stage == "auth" and not (statement.passed_on and _MAILBOX.search(statement.line)):
        return _ADDRESSED
    closed: set[Category] = set()
    in_transaction = statement.stage in ("mail_from", "rcpt_to", "data") or statement.about is not None
    if in_transaction or (statement.stage != "auth" and not _may_be_sign_in(statement)):
        closed |= _SIGN_IN
    if statement.about == "sender" or (statement.about is None and _is_about_sender(statement)):
        closed.add("recipient_rejected")
    if statement.about == "recipient":
        closed.add("sender_unverified")
    if statement.about == "client":
        closed |= {"sender_unverified", "recipient_rejected"}
    # X.2.2 is a full mailbox: "quota" and "limit" are then not the sender's (RFC 3463).
    if (statement.codes.enhanced or "").endswith(".2.2"):
        closed.add("rate_limited")
    return frozenset(closed)


def _is_about_sender(statement: Statement) -> bool:
    return statement.stage == "mail_from" or _SENDERS_CODE.match(statement.codes.enhanced or "") is not None


def _may_be_sign_in(statement: Statement) -> bool:
    if statement.passed_on and statement.codes.basic not in _SIGN_IN_CODES:
        return False
    if statement.codes.basic in _TRANSACTION:
        return _CREDENTIALS.search(statement.line) is not None
    if statement.codes.enhanced and _ABOUT_ADDRESSES.match(statement.codes.enhanced):
        return False
    if statement.codes.basic in _LATER:
        return _SIGN_IN_WORDS.search(statement.line) is not None
    return True
