"""What the queue holds of a message."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.outcome.delivery import Kind, Letter, Recipient, State, Trouble

OPEN: tuple[State, ...] = ("queued", "waiting")
_NAMESPACE = uuid.UUID("5d0b7a0e-6f0c-5a53-9a63-0d6de1f4d3c1")


def letter_id(key: str | None = None) -> str:
    """Return an id; the same ``key`` gives the same one, so that what was asked for twice is accepted once."""
    return str(uuid.uuid4() if key is None else uuid.uuid5(_NAMESPACE, key))


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A message to accept.

    ``sender`` is the object whose account sends it (``configuration:Primary``, ``mailing:invoices``); ``origin`` says
    why it is that one. ``content`` is the whole message (RFC 5322) with CRLF.
    """

    id: str
    kind: Kind
    sender: str
    configuration: str | None
    origin: str
    message_id: str
    subject: str
    envelope_from: str
    recipients: tuple[str, ...]
    content: bytes
    mailing: str | None = None
    utf8: bool = False


def letter(row: Mapping[str, Any], content: bytes | None = None) -> Letter:
    """Return a row of the table as a value."""
    values = {name: row[name] for name in Letter.__slots__ if name in row and name not in ("content", "recipients")}
    values["trouble"] = None if row["trouble"] is None else Trouble(**read_json(row["trouble"]))
    return Letter(**values, recipients=recipients_of(row["recipients"]), content=content or b"")


def recipients_of(text: str) -> tuple[Recipient, ...]:
    """Return recipients from their JSON."""
    return tuple(
        Recipient(entry["address"], entry["state"], None if entry["trouble"] is None else Trouble(**entry["trouble"]))
        for entry in read_json(text)
    )


def recipients_json(recipients: Iterable[Recipient]) -> str:
    """Return recipients as JSON."""
    return json.dumps([asdict(entry) for entry in recipients])


def settled(recipients: Iterable[Recipient], results: Mapping[str, Trouble | None]) -> tuple[Recipient, ...]:
    """Return the recipients with what became of some: ``None`` is delivered, a trouble is final."""
    return tuple(
        replace(entry, state="failed" if results[entry.address] else "sent", trouble=results[entry.address])
        if entry.state == "open" and entry.address in results
        else entry
        for entry in recipients
    )
