"""What a text says of its own making, before its words are looked up: who spoke, when, and about whom.

The same words mean another thing at another stage (RFC 5321 section 4.3.2) and about another party: "account
disabled" behind ``535`` is the sender's account, behind ``550`` to RCPT TO the recipient's. So the stage, the
speaker and the party are read first, from the phrases by which Postfix, Exim, sendmail, qmail, Exchange and
the client libraries frame what a server told them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mailspec.diagnosis.codes import Codes, one_line, read_codes
from mailspec.outcome.mail import Stage

Party = Literal["sender", "recipient", "client", "helo"]

_HOST = r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
# Postfix (bounce(8), smtp(8)), Exim (bounce and log line), qmail-remote, sendmail, Exchange, Symfony, RFC 3464.
_SPEAKERS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"\bhost ({_HOST})\s?\[[^\]]*\](?::\d+)? (?:said|refused)",
        rf"\brelay=({_HOST})\[",
        rf"\bH=({_HOST}) \[",
        rf"\bhost ({_HOST}) ?\[[\da-f.:]+\](?= ?:|.{{0,4}} SMTP error| \d\d\d)",
        rf"\bserver ({_HOST})\[[^\]]*\] said",
        rf"while talking to ({_HOST})",
        rf"Remote-MTA: ?(?:dns|smtp); ?({_HOST})",
        rf"({_HOST}) (?:does not like recipient|failed after I sent)",
        rf"connect(?:ed)? to ({_HOST})\[",
        rf"\b({_HOST}) rejected your message",
    )
)
_STAGES: tuple[tuple[Stage, re.Pattern[str]], ...] = tuple(
    (stage, re.compile(words, re.IGNORECASE))
    for stage, words in (
        (
            "auth",
            r"\bInvalid login\b|AuthenticationFailed|SMTPAuthentication|AuthenticationException|Could not authenticate"
            r"|SASL authentication fail|\(method [\w-]+\)|failed to authenticate on SMTP|\(67\) (?:Access|Login) denied"
            r"|in reply to AUTH|after AUTH|\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)\b|\bEAUTH\b|submitter failed to auth",
        ),
        ("greeting", r"in reply to (?:EHLO|HELO)|after (?:EHLO|HELO)\b|after initial connection|SMTPHeloError|\(EHLO\)"),
        (
            "rcpt_to",
            r"in reply to RCPT|after RCPT|after pipelined RCPT|\bSMTP:RCPT\b|SMTPRecipientsRefused|SMTPAddressFailed"
            r"|reject: RCPT from|>>> RCPT|sent: RCPT|does not like recipient|RCPT TO generated|<<< RCPT|\[RCPT_TO\]"
            r"|all recipients were rejected|All RCPT commands|did not like our RCPT|SMTP command RCPT",
        ),
        (
            "mail_from",
            r"in reply to MAIL|after MAIL|after pipelined MAIL|>>> MAIL|sent: MAIL|SMTPSenderRefused|<<< MAIL|during MAIL"
            r"|reject: MAIL from|did not like our MAIL|SMTP command MAIL|sender was rejected|> sender rejected",
        ),
        (
            "data",
            r"in reply to (?:end of )?DATA|after (?:end of )?data\b|after pipelined (?:end of )?DATA|after sending the message"
            r"|>>> (?:DATA|\.)|SMTPDataError|failed after I sent the message|<<< DATA|reject: (?:DATA|END-OF-MESSAGE|header|body)"
            r"|did not like our (?:DATA|message)|SMTP command DATA",
        ),
        ("auth", r"(?:^|[^\w.])53[458](?=[\s\-#:,])|(?<![\d.])[45]\.7\.8(?!\.?\d)"),
    )
)
_REFUSED = re.compile(
    r"(Sender address|Recipient address|Client host|Helo command|Unverified Client host)\s+rejected: *",
    re.IGNORECASE,
)
_PARTIES: dict[str, Party] = {
    "sender address": "sender",
    "recipient address": "recipient",
    "client host": "client",
    "unverified client host": "client",
    "helo command": "helo",
}
# What stands behind a reply in a log or bounce and is not the server's: who asked, and at which command.
_TRAIL = re.compile(
    r"\b(?:smtp|x400|x-\w+) ?; ?(?=\d)|; ?from=<[^>]*> to=<.*|\((?:in reply to|after) [^)]*\)|\bR=[\w-]+|\bT=[\w-]+|\bproto=E?SMTPS?\b|\bhelo=<[^>]*>|X=TLS\S+"
    r"|\bCV=\w+|^\w{3} +\d+ \d\d:\d\d:\d\d \S+ (?=postfix)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'`|@]{1,256}@[^\s<>()\[\]:;,\"'`|@]{1,256}")
_PASSED_ON = re.compile(
    r"\bsaid:|status=(?:bounced|deferred|undeliverable)|\bdsn=\d|SMTP error from remote|Remote host said|Diagnostic-Code"
    r"|Action: ?(?:failed|delayed)|(?:\*\*|==) \S+@|while talking to|\bdefer \(|\(#[45]\.\d\.\d\)|-> \d\d\d \d|retry time|queue|postfix/(?:smtp|lmtp)\[",
    re.IGNORECASE,
)
# Ports for submission: a server that was asked there is the relay that these settings name, not a recipient's.
_SUBMISSION = re.compile(r"(?::|port:? )(?:465|587|2525|2587|2465)\b")
_GREETING = re.compile(rf"(?:^|[\s:\"'>])220[ -]({_HOST})(?=[\s,]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A text as it was framed. ``line`` is the whole on one line, addresses replaced; ``reason`` what a server
    gave as its reason, where it said which party it refuses (``about``), else the line.

    ``speaker`` is the host that a mail server quotes; ``greeting`` the host that named itself in a greeting;
    ``passed_on`` tells that a mail server speaks of another one, as in a log or a bounce.
    """

    line: str
    reason: str
    codes: Codes
    stage: Stage | None
    about: Party | None
    speaker: str | None
    greeting: str | None
    passed_on: bool


def read(text: str, stage: Stage | None = None, *, delivery: bool = False) -> Statement:
    """Take a text apart. ``stage`` is where it was met, if that is known; it overrules what the text says.

    ``delivery`` tells that the text comes from a bounce or a mail log.
    """
    whole = one_line(text)
    codes = read_codes(whole)
    found = next((name for name, words in _STAGES if words.search(whole)), None)
    speaker = next((match[1] for words in _SPEAKERS if (match := words.search(whole))), None)
    greeting = _GREETING.search(whole)
    line = _ADDRESS.sub("a@b", _TRAIL.sub(" ", whole))
    refused = list(_REFUSED.finditer(line))
    last = refused[-1] if refused else None
    return Statement(
        line=line,
        reason=line[last.end() :] if last else line,
        codes=codes,
        stage=stage or found,
        about=_PARTIES[" ".join(last[1].lower().split())] if last else None,
        speaker=speaker.lower() if speaker else None,
        greeting=greeting[1].lower() if greeting else None,
        passed_on=(delivery or bool(_PASSED_ON.search(whole))) and not _SUBMISSION.search(whole),
    )
