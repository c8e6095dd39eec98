"""iCalendar (RFC 5545): an all-day event for each dated fact."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Protocol

# RFC 5545 section 3.1: octets of a line, without the line break.
_WIDEST = 75
_NARROWEST = 40


class Dated(Protocol):
    """What an event is made of; ``day`` is ISO 8601."""

    @property
    def day(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def affected(self) -> tuple[str, ...]: ...
    @property
    def page(self) -> str: ...


def icalendar(facts: Sequence[Dated], as_of: date, instance: str) -> str:
    """Return a calendar. The same facts give the same identifiers, so that a second import changes no event."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//mailspec//calendar//EN",
        "CALSCALE:GREGORIAN",
        *(line for fact in facts for line in _event(fact, as_of, instance)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(fact: Dated, as_of: date, instance: str) -> Iterator[str]:
    day = date.fromisoformat(fact.day)
    identity = hashlib.sha256(f"{instance}\0{fact.day}\0{fact.provider}\0{fact.what}".encode()).hexdigest()[:32]
    about = f"{fact.provider}: {fact.what}" if fact.provider else fact.what
    described = "\n".join(filter(None, (fact.text, f"Affected: {', '.join(fact.affected)}", fact.page)))
    yield "BEGIN:VEVENT"
    yield f"UID:{identity}@mailspec"
    yield f"DTSTAMP:{as_of:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(about)}"
    yield f"DESCRIPTION:{_escaped(described)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """RFC 5545 section 3.3.11."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    cleaned = "".join(char for char in escaped if char == "\n" or (char >= " " and char != "\x7f"))
    return cleaned.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Fold a line between characters, never inside one."""
    piece, size = "", 0
    for char in line:
        length = len(char.encode())
        if size + length > _WIDEST:
            at = len(piece)
            # No line begins with what a name says to a CI system, such as ::error::, which looks behind the blank.
            while at > _NARROWEST and (piece + char)[at] in ":#":
                at -= 1
            yield piece[:at]
            piece = f" {piece[at:]}"
            size = len(piece.encode())
        piece, size = piece + char, size + length
    yield piece
