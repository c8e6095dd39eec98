"""What the queue holds of a message."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from mailspec.outcome.delivery import Trouble

Kind = Literal["standard", "mass_mailing", "dispatch", "mobile", "alert"]
# queued: waits for its turn · waiting: for a time (a retry, a limit, mail that is off) · sent · dead
State = Literal["queued", "waiting", "sent", "dead"]
OPEN: tuple[State, ...] = ("queued", "waiting")
_NAMESPACE = uuid.UUID("5d0b7a0e-6f0c-5a53-9a63-0d6de1f4d3c1")


def letter_id(key: str | None = None) -> str:
    """Return an id; the same ``key`` gives the same one, so that what was asked for twice is accepted once."""
    return str(uuid.uuid4() if key is None else uuid.uuid5(_NAMESPACE, key))


@dataclass(frozen=True, slots=True)
class Recipient:
    """One envelope recipient and what became of it."""

    address: str
    state: Literal["open", "sent", "failed"] = "open"
    trouble: Trouble | None = None


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


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the queue. ``content`` is empty where it was not asked for or the message is sent."""

    id: str
    kind: Kind
    state: State
    sender: str
    configuration: str | None
    origin: str
    message_id: str
    subject: str
    envelope_from: str
    recipients: tuple[Recipient, ...]
    created: float
    changed: float
    attempts: int
    run: int
    mailing: str | None = None
    utf8: bool = False
    due: float | None = None
    waits_for: str | None = None
    sent: float | None = None
    via: str | None = None
    trouble: Trouble | None = None
    doubtful: bool = False
    content: bytes = b""

    @property
    def open_recipients(self) -> tuple[str, ...]:
        """Those for whom there is still something to do."""
        return tuple(entry.address for entry in self.recipients if entry.state == "open")


def letter(row: Mapping[str, Any], content: bytes | None = None) -> Letter:
    """Return a row of the table as a value."""
    held = {name: row[name] for name in Letter.__slots__ if name in row and name not in ("content", "recipients")}
    held["trouble"] = None if row["trouble"] is None else Trouble(**json.loads(row["trouble"]))
    return Letter(**held, recipients=recipients_of(row["recipients"]), content=content or b"")


def recipients_of(text: str) -> tuple[Recipient, ...]:
    """Return recipients from their JSON."""
    return tuple(
        Recipient(entry["address"], entry["state"], None if entry["trouble"] is None else Trouble(**entry["trouble"]))
        for entry in json.loads(text)
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
