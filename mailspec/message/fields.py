"""Writes the header of every message (RFC 5322 section 2.2): what people write is text, and never read as syntax.

Python's own ``message[name] = value`` parses a value by the rules of its name, decodes the encoded words (RFC 2047) in
it, and writes line ends that were encoded there into the message. Here each field is made of its parts, and the header
is read back before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.charset import Charset
from email.header import Header
from textwrap import wrap
from urllib.parse import quote, unquote

from mailspec.text.address import clean_name, fits_header, format_address
from mailspec.text.domain import NoDomain, ascii_address

# RFC 2047 section 2 for lines with encoded words, RFC 5322 section 2.1.1 for the others: 78 where it can be.
_WIDTH = 76
# RFC 5322 section 2.1.1: no line may have more characters.
LONGEST_LINE = 998
# What stands in one piece: with a name of 76 characters it still fits on a line.
_LONGEST_WORD = 900
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAME = re.compile(rb"[!-9;-~]+")
# RFC 5322 section 3.2.3: the local parts that need no quotes.
_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u00a1-\U0010ffff]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
# A reader takes what begins like this for an encoded word; "=?" alone can begin one.
_ENCODED = "=?"
# RFC 3986: what may stand in a URI. A comma would begin another one (RFC 2369 section 2).
_URI = ":/?#[]@!$&'()*+;=%~"
_UTF8 = Charset("utf-8")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address as the header shows it."""

    email: str
    name: str = ""


class Fields:
    """The fields of one message, in the order in which they were put; each name stands there once.

    ``utf8`` writes addresses in UTF-8 (RFC 6532), where the server offers SMTPUTF8. Texts are encoded words even so.
    """

    def __init__(self, *, utf8: bool = False) -> None:
        self._utf8 = utf8
        self._fields: list[tuple[str, str]] = []

    def text(self, name: str, value: str) -> None:
        """Put a text, such as a Subject; runs of blanks and control characters become one blank."""
        clean = _one_line(value)
        self._put(name, clean if _is_plain(clean) else _words(clean, name))

    def addresses(self, name: str, mailboxes: Iterable[Mailbox]) -> None:
        """Put addresses with their names.

        Raises:
            ValueError: an address cannot be written in a header.
        """
        self._put(name, ", ".join(self._mailbox(name, entry) for entry in mailboxes))

    def link(self, name: str, uri: str) -> None:
        """Put a URI in angle brackets (RFC 2369); what no URI holds is percent-encoded.

        Raises:
            ValueError: it is too long for a line, or holds an encoded control character.
        """
        clean = _one_line(uri)
        if _CONTROLS.search(unquote(clean)):
            raise ValueError(f"{clean[:60]!a} holds an encoded control character")
        safe = quote(clean, safe=_URI).replace(_ENCODED, "%3D?")
        self.exact(name, f"<{safe}>")

    def exact(self, name: str, value: str) -> None:
        """Put words of mailspec's own, such as a date.

        Raises:
            ValueError: they cannot stand in a header as they are.
        """
        if value != _one_line(value) or not _is_plain(value):
            raise ValueError(f"{value[:60]!a} cannot be written in the header field {name}")
        self._put(name, value)

    def has(self, name: str) -> bool:
        """Tell whether a field is there, in whatever case its name is written."""
        return any(name.lower() == known.lower() for known, _ in self._fields)

    def __bytes__(self) -> bytes:
        """Return the fields, each with its line end."""
        return "".join(f"{name}: {_folded(name, value)}\r\n" for name, value in self._fields).encode()

    def with_content(self, content: bytes, more: Iterable[str]) -> bytes:
        """Return the whole message: ``content`` begins with fields of its own, named ``more`` in their order.

        Raises:
            ValueError: the header would be read back in another way than it is meant.
        """
        made = bytes(self) + content
        wanted = [*(name for name, _ in self._fields), *more]
        if list(_names(made)) != [name.encode() for name in wanted]:
            raise ValueError("its header would not be read back as it is meant")
        return made

    def _put(self, name: str, value: str) -> None:
        if _NAME.fullmatch(name.encode()) is None:
            raise ValueError(f"{name[:80]!a} is not a header field's name")
        if self.has(name):
            raise ValueError(f"the header field {name} would stand there twice")
        self._fields.append((name, value))

    def _mailbox(self, field: str, mailbox: Mailbox) -> str:
        email = self._address(mailbox.email)
        name = _one_line(clean_name(mailbox.name))
        if not name or _is_plain(name):
            return format_address(name, email)
        return f"{_words(name, field)} <{email}>"

    def _address(self, email: str) -> str:
        if not email.isascii() and not self._utf8:
            sent = ascii_address(email)
            if isinstance(sent, NoDomain) or not sent.isascii():
                raise ValueError(f"{email!a} cannot be written without SMTPUTF8")
            email = sent
        if not fits_header(email):
            raise ValueError(f"{email[:80]!a} cannot be written in a header")
        local, _, domain = email.rpartition("@")
        if _DOT_ATOM.fullmatch(local) is None:
            escaped = local.replace("\\", "\\\\").replace('"', '\\"')
            local = f'"{escaped}"'
        return f"{local}@{domain}"


def _one_line(text: str) -> str:
    """Return a text as one line that can be written; a lone surrogate is shown as an escape."""
    return " ".join(_CONTROLS.sub(" ", text).split()).encode("utf-8", "backslashreplace").decode()


def _is_plain(text: str) -> bool:
    """Tell whether a text means itself: printable ASCII, nothing that looks encoded, no word too long for a line."""
    if not (text.isascii() and text.isprintable()) or _ENCODED in text:
        return False
    return len(text) <= _LONGEST_WORD or max(map(len, text.split(" "))) <= _LONGEST_WORD


def _words(text: str, name: str) -> str:
    """Return encoded words, each so short that one fits beside the field's name; they stand in phrases, too."""
    return Header(text, _UTF8, maxlinelen=max(_WIDTH - len(name) - 2, 40), continuation_ws=" ").encode(linesep="")


def _folded(name: str, value: str) -> str:
    """Return a value over several lines, broken at blanks alone; its first word stays beside the name."""
    if len(name) + len(value) + 2 <= _WIDTH:
        return value
    indent = " " * (len(name) + 2)
    lines = wrap(
        value, _WIDTH, initial_indent=indent, subsequent_indent=" ", break_long_words=False, break_on_hyphens=False
    )
    return "\r\n".join(lines)[len(indent) :]


def _names(message: bytes) -> Iterator[bytes]:
    """Yield the names of a message's fields; an empty one for a line that belongs to no field."""
    head, border, _ = message.partition(b"\r\n\r\n")
    for number, line in enumerate(head.split(b"\r\n")):
        if not border or not line.strip() or len(line) > LONGEST_LINE or re.search(rb"[\r\n\0]", line):
            yield b""
        elif number == 0 or line[:1] not in (b" ", b"\t"):
            yield line.partition(b":")[0]
