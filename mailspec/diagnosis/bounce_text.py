"""What people read of a bounce: its text without the message that came back, and the words beside an address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import Message

from mailspec.diagnosis.frames import either, frames

_WORDS = frames()["bounce"]
_RETURNED = re.compile(rf"^[ \t>]*(?:{either(_WORDS['returned']).pattern})", re.IGNORECASE | re.MULTILINE)
_EVERY = either(_WORDS["every"])
_QUOTED = re.compile(rf"(?:{either(_WORDS['quoted']).pattern})[ \t]*[:=]?\s*", re.IGNORECASE | re.MULTILINE)
_HEADER_LINE = re.compile(rf"^[ \t>]*(?:{either(_WORDS['header']).pattern}) ?:", re.IGNORECASE)
_TAGS = re.compile(
    # Without an end they go on to the text's end, as in a browser: otherwise each would look for one as far.
    r"<(?:style|script)[^>]{0,400}>.*?(?:</(?:style|script)>|\Z)|<br[^>]{0,400}>|</(?:p|div|tr|li)>|<[^@<>]{1,400}>",
    re.I | re.S,
)
# A line that holds a reply's code, and those by which it goes on.
_REPLY = re.compile(r"^.*(?<![\w.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?.*(?:\n[ \t]+.*){0,3}", re.MULTILINE)
_LONGEST = 20_000
_WINDOW = 14


def plain_text(mail: Message, *, every: bool = False) -> str:
    """Return the text of a mail's first readable part; of HTML, the words without tags.

    ``every`` takes parts of any type.
    """
    texts: list[str] = []
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            break
        if (every or part.get_content_maintype() == "text") and not part.is_multipart():
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
    found = re.findall(r"^[ \t]*<?([^\s<>@:]+@[^\s<>@:]+)>?[ \t]*(?::|\.\.\.)\s*(?=\S)", text, re.MULTILINE)
    # Exchange puts each on a line of its own under a heading.
    alone = re.findall(r"^[ \t]*<?([^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+)>?[ \t]*$", text, re.MULTILINE)
    return list(dict.fromkeys(found or alone))


def spoken_lines(text: str) -> Iterator[str]:
    """Yield what a server is quoted with: the words behind such an announcement, else a line with a reply's code."""
    for match in _QUOTED.finditer(text):
        yield text[match.end() : match.end() + 600]
    for match in _REPLY.finditer(text):
        yield match[0]


def _decoded(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (LookupError, UnicodeError, ValueError):
        payload = None
    raw = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return raw.decode(charset or "utf-8")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _words_of_html(text: str) -> str:
    return html.unescape(_TAGS.sub("\n", text))
