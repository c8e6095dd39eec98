"""What stood in the way of one message, and what the queue's numbers are."""

from __future__ import annotations

from dataclasses import dataclass

from mailspec.outcome.mail import Category, Stage


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
