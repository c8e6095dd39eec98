"""Takes a whole message that was given (RFC 5322) apart into fields and body, without reading a field's value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

from mailspec.message.fields import Fields

# Programs write any of the three line ends.
_FIELD = re.compile(rb"([!-9;-~]+):([^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*)(?:\r\n|\r|\n|\Z)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# The first line of a message in an mbox.
_ENVELOPE = re.compile(rb"From [^\r\n]*(?:\r\n|\r|\n)")
# Some readers end a line at these, and what follows is a field of its own to them.
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
# Decoding takes the square of the length where encoded words do not end.
_LONGEST_ENCODED = 4_000
# A message has one of each at most; with two, readers choose.
_ONCE = frozenset(
    ("subject", "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "auto-submitted")
)


@dataclass(frozen=True, slots=True)
class GivenField:
    """One field: its name, and the lines of its value, the first of which begins behind the colon."""

    name: str
    lines: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The value on one line, with its encoded words."""
        return b"".join(self.lines).decode("utf-8", "replace").strip()

    def written(self, *, utf8: bool) -> bytes:
        """Return the field with its line ends: as it is, or encoded where it is not ASCII and may not be UTF-8.

        Raises:
            ValueError: readers would see a line end in it, or it cannot be written in ASCII.
        """
        if "=?" in self.text and len(self.text) > _LONGEST_ENCODED:
            raise ValueError(f"its header field {self.name} is encoded and longer than {_LONGEST_ENCODED} characters")
        if _BREAKS.search(self.text) or _BREAKS.search(decoded(self.text)):
            raise ValueError(f"its header field {self.name} holds a control character")
        as_it_is = b"\r\n".join(self.lines)
        if as_it_is.isascii() or (utf8 and "\ufffd" not in self.text):
            return self.name.encode() + b":" + as_it_is + b"\r\n"
        if "\ufffd" in self.text or self.name.lower().startswith("content-"):
            raise ValueError(f"its header field {self.name} is not ASCII (RFC 2047, RFC 2231)")
        fields = Fields()
        fields.text(self.name, decoded(self.text))
        return bytes(fields)


@dataclass(frozen=True, slots=True)
class Given:
    """A whole message: its fields in their order, and its body with the line ends of SMTP."""

    fields: tuple[GivenField, ...]
    body: bytes


def take_apart(raw: bytes) -> Given:
    """Return the parts of a message. A line that is no field begins the body, whether an empty one stands before it.

    Raises:
        ValueError: a field that can stand there once is there twice.
    """
    mbox = _ENVELOPE.match(raw)
    at = mbox.end() if mbox else 0
    fields: list[GivenField] = []
    while found := _FIELD.match(raw, at):
        name, at = found[1].decode(), found.end()
        if name.lower() in _ONCE and any(name.lower() == entry.name.lower() for entry in fields):
            raise ValueError(f"its header field {name} stands there twice")
        first, *more = _LINE_END.split(found[2])
        fields.append(GivenField(name, (first, *(line for line in more if line.strip()))))
    empty = _LINE_END.match(raw, at)
    body = raw[empty.end() if empty else at :]
    return Given(tuple(fields), _LINE_END.sub(b"\r\n", body))


def decoded(value: str) -> str:
    """Return a field's value as readers see it: encoded words are decoded, what cannot be stays as it is."""
    if len(value) > _LONGEST_ENCODED:
        return value
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts)


def _in_charset(part: bytes, charset: str | None) -> str:
    try:
        return part.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return part.decode("latin-1")
