"""The part of a bounce that people read: its text, without the message that came back, and the words beside a recipient."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import Message

# Where the returned message begins: Postfix, Exim, sendmail, qmail, Exchange, Yahoo, Domino, MDaemon, localised ones.
_RETURNED = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]*(?:Below (?:this line|the next line)|This is a copy|Original message|The (?:header|body)|Forwarded|Returned|"
    r"Unsent|Message header|Header of|Enclosed|Start of returned|Attachment is|Mensaje original|Message d'origine)|"
    r"-{4,}\s*(?:original|returned|forwarded|message header)|Original message (?:follows|headers|as received)|The Original Message"
    r"|Message headers? follow|Included is a copy|Here is (?:a|the) (?:copy|first)|A copy of (?:the|your)|Return-Path:|Received: (?:from|by|\(qmail)"
    r"|\|-+ Message text follows|-+RETURNED MAIL|-+Message text|The first \d+ lines of|Your message reads)",
    re.IGNORECASE | re.MULTILINE,
)
# Sentences that every report of a kind has: they say nothing of this one.
_EVERY = re.compile(
    r"This is the (?:mail system|[\w .()-]{1,40} program) at host|I'?m sorry to have to inform you|For further assistance|If you do so, please"
    r"|delete your own text|could not\s+be delivered to (?:one or more|all of)|The mail system\b|created automatically by mail delivery"
    r"|This is a permanent error|I'?ve given up|Sorry it didn.t work out|unable to deliver your message|wasn.t able to deliver"
    r"|Please do not resend|YOU DO NOT NEED TO|automatically generated|contact your (?:e-?mail |system )?administrator|send mail to <?postmaster",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<(?:style|script)[^>]*>.*?</(?:style|script)>|<br[^>]*>|</(?:p|div|tr|li)>|<[^@<>]{1,400}>", re.I | re.S)
# Gmail, qmail, hMailServer, MailEnable, Exchange, m-FILTER, sendmail announce a server's words like this.
_QUOTED = re.compile(
    r"(?:other server returned was|response (?:from the remote server )?was|Remote host said|server (?:replied|message|returned(?: an error)?)"
    r"|SMTP Server Returned|Last error was|Received >>>|ErrMsg|Diagnostic information[^\n]*|^[ \t>]*Error-Text|^[ \t]*<<<)[ \t]*[:=]?\s*",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY = re.compile(r"^.*(?<![\w.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?.*(?:\n[ \t]+.*){0,3}", re.MULTILINE)
# Lines of a header that was quoted, and MIME's own.
_HEADER_LINE = re.compile(
    r"^[ \t>]*(?:Message-ID|Date|From|To|Cc|Subject|Received|Return-Path|Content-[\w-]+|MIME-Version|X-[\w-]+|Reply-To|References|In-Reply-To"
    r"|Sent|Importance|Thread-\w+|List-[\w-]+|DKIM-Signature|ARC-[\w-]+) ?:",
    re.IGNORECASE,
)
_LONGEST = 20_000
_WINDOW = 14


def plain_text(mail: Message) -> str:
    """Return the text of a mail's first readable part; of HTML, the words without tags."""
    texts: list[str] = []
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            break
        if part.get_content_maintype() == "text" and not part.is_multipart():
            text = _decoded(part)
            texts.append(_words_of_html(text) if part.get_content_subtype() == "html" else text)
            if texts[-1].strip() and sum(map(len, texts)) > 400:
                break
    return "\n".join(texts)[:_LONGEST]


def human_part(text: str) -> str:
    """Cut off the returned message and drop the sentences that every report has."""
    text = text.replace("\r\n", "\n")
    returned = _RETURNED.search(text, 1)
    front = text[: returned.start()] if returned else text
    # A report may say so before its first word.
    front = front if len(front.strip()) > 20 else text
    kept = (line for line in front[:_LONGEST].splitlines() if not _EVERY.search(line) and not _HEADER_LINE.match(line))
    return "\n".join(kept)


def around(text: str, address: str, others: list[str]) -> Iterator[str]:
    """Yield the lines from where an address stands to the next recipient's, at most some."""
    lines = text.splitlines()
    low = address.lower()
    strangers = [other.lower() for other in others if other.lower() != low]
    for number, line in enumerate(lines):
        if low not in line.lower():
            continue
        taken = [line]
        for following in lines[number + 1 : number + _WINDOW]:
            if any(other in following.lower() for other in strangers):
                break
            taken.append(following)
        yield "\n".join(taken)
        return


def listed(text: str) -> list[str]:
    """Return the addresses at the beginning of lines that go on with a reply: ``bob@acme.example: 550 no``."""
    found = re.findall(r"^[ \t]*<?([^\s<>@:]+@[^\s<>@:]+)>?[ \t]*(?::|\.\.\.)[ \t]*(?=\S)", text, re.MULTILINE)
    return list(dict.fromkeys(found))


def spoken_lines(text: str) -> Iterator[str]:
    """Yield what a server is quoted with: the words behind such an announcement, else a line with a reply's code."""
    for match in _QUOTED.finditer(text):
        yield text[match.end() : match.end() + 600]
    for match in _REPLY.finditer(text):
        yield match[0]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return raw.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _words_of_html(text: str) -> str:
    return html.unescape(_TAGS.sub("\n", text))
