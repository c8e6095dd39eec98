"""By which accounts a message goes: what the worker asks of whoever knows the Spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from mailspec.delivery.limits import Limits
from mailspec.delivery.reach import Reach
from mailspec.delivery.retry import RetryPolicy
from mailspec.mail.account import Account
from mailspec.outcome.delivery import Letter, Trouble


@dataclass(frozen=True, slots=True)
class Way:
    """One account, or what stands against it (a secret that cannot be read). ``name`` is its configuration."""

    name: str
    account: Account | Trouble
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Route:
    """The ways in their order: the account itself, then what stands in for it. ``origin`` says why that account."""

    ways: tuple[Way, ...]
    origin: str = ""
    reach: Reach = field(default_factory=Reach)
    retry: RetryPolicy = field(default_factory=RetryPolicy)


class Hold(NamedTuple):
    """Nothing may be sent now, and that is no failure of the message. Asked again after ``seconds``."""

    reason: str
    seconds: float


class Routes(Protocol):
    """What holds for a message at the moment in which it is sent."""

    def route(self, letter: Letter) -> Route | Hold | Trouble:
        """Return the message's route, or why it has none. A ``Trouble`` is final."""
