"""Mail that somebody else wrote, read by the standard library's parser within bounds: it answers, and never raises.

The parser goes one level of Python's stack deeper for each part within a part and for each comment within a comment,
and reads numbers of parameters however long they are (RFC 2231): a small mail can end it with an exception of any kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, Parser
from email.policy import compat32
from email.utils import getaddresses
from typing import Any

# Mail servers stop at 100 (Postfix, mime_nesting_limit); a report that returns a forwarded mail has five or six.
_DEEPEST = 50
# Each block of a delivery report counts as one.
_MOST = 5_000
# Taking parameters apart takes the square of their length.
_LONGEST_PARAMETERS = 8_000
# What one field of addresses is read of, and how many comments (RFC 5322 section 3.2.2) it may begin.
_LONGEST_ADDRESSES = 100_000
_MOST_COMMENTS = 50


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail of which nothing can be said. ``reason`` goes on behind the mail's name and a colon."""

    reason: str


class _BeyondError(Exception):
    """The mail has more than may be read; told to nobody but ``read_mail``."""


class _Part(Message):
    """A mail or a part of one, whose parameters and attachments are bounded."""

    def __init__(self, policy: Any = compat32) -> None:
        super().__init__(policy)
        self._depth = 0
        self._counted = [0]

    def attach(self, payload: Any) -> None:
        """Add a part, as the parser does for each that it begins."""
        if isinstance(payload, _Part):
            payload._depth, payload._counted = self._depth + 1, self._counted
            self._counted[0] += 1
            if payload._depth > _DEEPEST:
                raise _BeyondError(f"its parts are nested too deeply (more than {_DEEPEST})")
            if self._counted[0] > _MOST:
                raise _BeyondError(f"it has too many parts (more than {_MOST})")
        super().attach(payload)

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:
        """Return a parameter of a field; ``failobj`` where the field is none that can be read."""
        if len(str(self.get(header, ""))) > _LONGEST_PARAMETERS:
            return failobj
        try:
            return super().get_param(param, failobj, header, unquote)
        except (ValueError, LookupError):
            return failobj


def read_mail(raw: bytes) -> Message | Unreadable:
    """Read a mail with all its parts. Never raises, whatever is in it."""
    try:
        return BytesParser(_Part, policy=compat32).parsebytes(raw)
    except _BeyondError as beyond:
        return Unreadable(str(beyond))


def read_header(text: str) -> Message:
    """Read a mail's header alone: no part of it is looked at."""
    return Parser(_Part, policy=compat32).parsestr(text, headersonly=True)


def addresses_in(fields: Iterable[object]) -> list[str]:
    """Return the addresses in fields such as To, in their order; none of a field that nests comments without end."""
    texts = (str(field)[:_LONGEST_ADDRESSES] for field in fields)
    shallow = [text for text in texts if text.count("(") <= _MOST_COMMENTS]
    return [address for _name, address in getaddresses(shallow) if address]
