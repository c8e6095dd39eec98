"""Reply codes (RFC 5321) and enhanced codes (RFC 3463, RFC 5248, RFC 7372).

A few enhanced codes decide before any words (``DECISIVE``); the others are the last resort, after words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailspec.outcome.mail import Category, Stage

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]|-\w)")
_BASIC = re.compile(r"(?<![\w.:/@-])(?:\w{0,12}code[:=]\s*)?([45]\d\d)(?=[\s\-#,:;)'\"\]]|$)", re.IGNORECASE)
# Numbers that look like a code: a port, a line of a traceback, a number of things.
_NO_CODE_BEFORE = re.compile(r"(?:port|line|after|http/\d(?:\.\d)?)\W{0,2}$", re.IGNORECASE)
_NO_CODE_AFTER = re.compile(r"\s?(?:ms|sec|bytes|kb|mb)\b", re.IGNORECASE)
_PORTS = (443, 465, 587)
# A continuation line of a reply: "535-5.7.8 text", also as the two characters "\n" inside a printed string.
_CONTINUED = re.compile(r"(?:\r?\n|\\r\\n|\\n)\s*(?:[2345]\d\d[ -])?\s*(?:[245]\.\d{1,3}\.\d{1,3}\s+)?")
_LONGEST = 4000
# qmail-send writes its log with underscores for the spaces of a server's words.
_QMAIL_LOG = re.compile(r"Remote_host_said:|_does_not_like_recipient|_failed_after_I_sent|_but_sender_was|\bSorry,_")


class Codes(NamedTuple):
    """The codes that were found in a text, ``None`` where there is none."""

    basic: int | None
    enhanced: str | None


def one_line(text: str) -> str:
    """Join a reply's lines, dropping the codes that each line repeats, and fold white space."""
    text = text[:_LONGEST]
    if _QMAIL_LOG.search(text):
        text = text.replace("_", " ")
    first, *rest = _CONTINUED.split(text.strip())
    return " ".join(" ".join([first, *rest]).split())


def read_codes(text: str) -> Codes:
    """Find the code of the refusal and its enhanced code; codes of success are of no interest."""
    text = text[:_LONGEST]
    enhanced = next((found[0] for found in _ENHANCED.finditer(text) if _is_status(text, found)), None)
    basic = next((int(found[1]) for found in _BASIC.finditer(text) if _is_code(text, found)), None)
    return Codes(basic, enhanced)


def _is_status(text: str, found: re.Match[str]) -> bool:
    # A version is no status code: v5.7.1, OpenSSL/3.0.2.
    return found[1] != "2" and text[: found.start()][-1:] not in ("v", "V", "/")


def _is_code(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - 12) : found.start()], text[found.end() : found.end() + 8]
    if int(found[1]) in _PORTS or _NO_CODE_BEFORE.search(before):
        return False
    return _NO_CODE_AFTER.match(after) is None


class Meaning(NamedTuple):
    """What a code says on its own."""

    category: Category
    detail: str | None = None


# Codes that no server is known to use for anything else: RFC 7372 (SPF, DKIM, reverse name), RFC 3463 (size). Google's
# 5.7.27 to 5.7.32 and Microsoft's own numbers are in the providers' tables.
DECISIVE: dict[str, Meaning] = {
    "2.3": Meaning("message_too_large"),
    "3.4": Meaning("message_too_large"),
    "7.20": Meaning("message_rejected_policy", "authentication"),
    "7.21": Meaning("message_rejected_policy", "authentication"),
    "7.22": Meaning("message_rejected_policy", "authentication"),
    "7.23": Meaning("message_rejected_policy", "authentication"),
    "7.24": Meaning("message_rejected_policy", "authentication"),
    "7.25": Meaning("message_rejected_policy", "reverse_name"),
    "7.26": Meaning("message_rejected_policy", "authentication"),
}
_BY_ENHANCED: dict[str, Meaning] = {
    "1.0": Meaning("recipient_rejected"),
    "1.1": Meaning("recipient_rejected", "unknown_user"),
    "1.2": Meaning("recipient_rejected", "unknown_domain"),
    "1.3": Meaning("recipient_rejected", "bad_address"),
    "1.4": Meaning("recipient_rejected"),
    "1.6": Meaning("recipient_rejected", "unknown_user"),
    "1.7": Meaning("sender_unverified", "bad_address"),
    "1.8": Meaning("sender_unverified", "unknown_domain"),
    "1.10": Meaning("recipient_rejected", "null_mx"),
    "2.0": Meaning("recipient_rejected"),
    "2.1": Meaning("recipient_rejected", "inactive"),
    "2.2": Meaning("recipient_rejected", "mailbox_full"),
    "3.0": Meaning("server_unavailable"),
    "3.1": Meaning("server_unavailable", "storage"),
    "3.2": Meaning("server_unavailable"),
    "3.5": Meaning("server_unavailable"),
    "4.0": Meaning("server_unavailable"),
    "4.1": Meaning("server_unavailable"),
    "4.2": Meaning("server_unavailable", "disconnected"),
    "4.3": Meaning("server_unavailable"),
    "4.4": Meaning("recipient_rejected", "unknown_domain"),
    "4.5": Meaning("rate_limited"),
    # Titan and others say 5.4.6 of quotas, too, so the words come first.
    "4.6": Meaning("recipient_rejected", "mail_loop"),
    "4.14": Meaning("recipient_rejected", "mail_loop"),
    "4.7": Meaning("server_unavailable", "expired"),
    "5.3": Meaning("rate_limited", "recipients"),
    "5.6": Meaning("auth_failed", "protocol"),
    "6.0": Meaning("message_rejected_policy"),
    "6.1": Meaning("message_rejected_policy"),
    "6.3": Meaning("message_rejected_policy"),
    "6.7": Meaning("config_invalid", "smtputf8"),
    "7.2": Meaning("recipient_rejected", "not_allowed"),
    "7.4": Meaning("auth_method_unsupported", "not_offered"),
    "7.8": Meaning("auth_failed", "bad_credentials"),
    "7.9": Meaning("auth_method_unsupported", "too_weak"),
    "7.10": Meaning("tls_mode_mismatch", "starttls_required"),
    "7.11": Meaning("tls_mode_mismatch", "starttls_required"),
    "7.12": Meaning("auth_failed", "bad_credentials"),
    "7.13": Meaning("auth_failed", "account_disabled"),
    "7.15": Meaning("message_rejected_policy"),
    "7.17": Meaning("recipient_rejected", "unknown_user"),
    "7.27": Meaning("sender_unverified", "unknown_domain"),
    "7.28": Meaning("rate_limited"),
    "7.29": Meaning("message_rejected_policy", "authentication"),
}
NOT_SUBMISSION = Meaning("config_invalid", "not_submission")
_BY_BASIC: dict[int, Meaning] = {
    421: Meaning("server_unavailable"),
    432: Meaning("auth_failed", "temporary"),
    450: Meaning("recipient_rejected", "temporary"),
    451: Meaning("server_unavailable"),
    452: Meaning("server_unavailable", "storage"),
    454: Meaning("auth_failed", "temporary"),
    502: NOT_SUBMISSION,
    # Commands in a wrong order: the program's fault, at whatever command it is said.
    503: Meaning("unknown"),
    504: Meaning("auth_method_unsupported", "not_offered"),
    521: NOT_SUBMISSION,
    530: Meaning("relay_denied", "sign_in_required"),
    534: Meaning("auth_method_unsupported", "too_weak"),
    535: Meaning("auth_failed", "bad_credentials"),
    538: Meaning("tls_mode_mismatch", "starttls_required"),
    551: Meaning("relay_denied"),
    552: Meaning("message_too_large"),
    555: NOT_SUBMISSION,
    556: Meaning("recipient_rejected", "unknown_domain"),
}
_VAGUE = frozenset({521, 551, 552, 555})
# What a refusal at a stage is about where neither words nor codes say more.
_BY_STAGE: dict[str, Meaning] = {
    "greeting": Meaning("server_unavailable"),
    "starttls": Meaning("tls_handshake", "starttls_refused"),
    "auth": Meaning("auth_failed", "bad_credentials"),
    "mail_from": Meaning("sender_unverified"),
    "rcpt_to": Meaning("recipient_rejected"),
    "data": Meaning("message_rejected_policy"),
}


def by_code(codes: Codes, stage: Stage | None) -> Meaning | None:
    """Return what the codes and the stage say, the most telling first; ``None`` where they say nothing."""
    if codes.enhanced == "5.4.1" and codes.basic == 550:
        # Exchange Online says so for good, of recipients and relays that its edge does not know (5.4.1, NDR list).
        return Meaning("recipient_rejected")
    if codes.enhanced is not None:
        known = DECISIVE.get(codes.enhanced[2:]) or _BY_ENHANCED.get(codes.enhanced[2:])
        if known is not None:
            return known
    if codes.basic is None or codes.basic < 400:
        return None
    if stage == "starttls" and codes.basic == 454:
        return Meaning("tls_handshake", "starttls_refused")
    # 450, 550, 553 and 554 are used for everything: where they were said tells more.
    if stage in _BY_STAGE and codes.basic not in _BY_BASIC:
        return _BY_STAGE[stage]
    found = _BY_BASIC.get(codes.basic)
    # X.7 is security or policy (RFC 3463), whatever number of its own a server has put behind it: that says more
    # than a basic code which servers use for everything.
    if (found is None or codes.basic in _VAGUE) and codes.enhanced is not None and codes.enhanced[2:].startswith("7."):
        return Meaning("message_rejected_policy")
    return found


def by_stage(stage: Stage) -> Meaning | None:
    """Return what a refusal at a stage is about."""
    return _BY_STAGE.get(stage)
