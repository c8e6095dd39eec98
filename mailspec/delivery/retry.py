"""What follows a failed turn: another one after a while, or a dead letter. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mailspec.outcome.delivery import Trouble

# A server's own wish is followed up to here, in seconds: nothing waits unseen for longer than a day.
LONGEST = 24 * 3600.0
# Greylisting servers want to see the message again after five minutes (postgrey's default), and say so in no code.
_GREYLISTED = 310.0
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = r"(?P<unit>s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)?\b"
_NUMBER = r"(?P<number>\d{1,6})\s*" + _UNIT
_WISHES = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"\bretry[- ]after[:=]?\s*{_NUMBER}",
        rf"\b(?:try|retry|come back|resend|send)\b[^.;\d]{{0,40}}\b(?:in|after)\s+(?:about\s+)?{_NUMBER}",
        rf"\b(?:wait|greylisted for|deferred for|blocked for)\s+(?:about\s+)?{_NUMBER}",
        rf"\bin\s+{_NUMBER}\s*(?:please\s+)?(?:try|retry)\b",
    )
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``retries`` follow the first send; after ``dead_after`` failed ones a message is dead. ``delay``: seconds."""

    retries: int = 3
    delay: float = 30.0
    backoff: Literal["exponential", "constant"] = "exponential"
    dead_after: int | None = None

    @property
    def most(self) -> int:
        """How many times a message is tried again."""
        return self.retries if self.dead_after is None else min(self.retries, self.dead_after)


def wait_for(trouble: Trouble, attempts: int, policy: RetryPolicy) -> float | None:
    """Return after how many seconds to try again, ``None`` for never.

    ``attempts`` counts the sends so far, the failed one included. A time that the server names is followed where it
    is longer than ours.

    >>> wait_for(Trouble("busy", retry=True), 1, RetryPolicy()), wait_for(Trouble("busy", retry=True), 3, RetryPolicy())
    (30.0, 120.0)
    >>> wait_for(Trouble("busy", retry=True), 4, RetryPolicy()) is None
    True
    """
    if not trouble.retry or attempts > policy.most:
        return None
    own = policy.delay * (2.0 ** (attempts - 1) if policy.backoff == "exponential" else 1.0)
    asked = asked_for(trouble.server_reply)
    if trouble.category == "greylisted" and asked is None:
        own = max(own, _GREYLISTED / policy.most)
    return min(max(own, asked or 0.0), LONGEST)


def asked_for(reply: str | None) -> float | None:
    """Return how many seconds a server asks to wait, where its words say so.

    >>> asked_for("450 4.7.1 Greylisted, please try again in 5 minutes"), asked_for("421 busy")
    (300.0, None)
    """
    if not reply:
        return None
    for wish in _WISHES:
        found = wish.search(reply)
        if found is not None:
            unit = (found["unit"] or "s")[0].lower()
            return float(found["number"]) * _UNITS[unit]
    return None


def may_stand_in(trouble: Trouble) -> bool:
    """Tell whether another configuration may take the message: the server was not reached, or put it off before it
    had any of it (SPEC "Standing in")."""
    if trouble.begun or trouble.after_dot:
        return False
    if is_about_server(trouble):
        return True
    if trouble.stage == "auth":
        return False
    return trouble.smtp_code is not None and 400 <= trouble.smtp_code < 500


def is_about_server(trouble: Trouble) -> bool:
    """Tell whether the trouble holds for every message of the account: connecting or TLS failed."""
    if trouble.stage in ("dns", "connect", "greeting", "tls", "starttls"):
        return True
    lost = trouble.category in ("server_unavailable", "timeout") and trouble.smtp_code is None
    return lost and trouble.stage in ("auth", "mail_from", "rcpt_to")
