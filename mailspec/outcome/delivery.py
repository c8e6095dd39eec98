"""A message in the queue, and what stood in its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailspec.outcome.mail import Category, Stage

Kind = Literal["standard", "mass_mailing", "dispatch", "mobile", "alert"]
# queued: waits for its turn · waiting: for a time (a retry, a limit, mail that is off) · sent · dead
State = Literal["queued", "waiting", "sent", "dead"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a message or one recipient was not taken.

    ``retry`` says whether the same message can pass later without anybody changing anything. ``begun``: the message
    itself was on its way to the server. ``after_dot``: all of it was sent and no answer came, so that the server may
    have it. ``account`` is the one that was asked, such as ``configuration:Primary``.
    """

    reason: str
    category: Category = "unknown"
    stage: Stage | None = None
    detail: str | None = None
    smtp_code: int | None = None
    enhanced_code: str | None = None
    server_reply: str | None = None
    advice: str | None = None
    retry: bool = False
    begun: bool = False
    after_dot: bool = False
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One envelope recipient and what became of it."""

    address: str
    state: Literal["open", "sent", "failed"] = "open"
    trouble: Trouble | None = None


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
