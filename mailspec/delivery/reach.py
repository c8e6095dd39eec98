"""Whom mail of an environment may reach: redirection first, then the allow-list (SPEC "Environments apart"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailspec.outcome.delivery import Trouble
from mailspec.rules.policy import covered


class Reached(NamedTuple):
    """``to`` maps each envelope address to the recipients whom it stands for; ``refused`` may get nothing."""

    to: dict[str, tuple[str, ...]]
    refused: dict[str, Trouble]


@dataclass(frozen=True, slots=True)
class Reach:
    """``redirect_to`` takes every recipient's place. ``allowed`` is a list of patterns, ``None`` allows everyone."""

    environment: str | None = None
    redirect_to: str | None = None
    allowed: tuple[str, ...] | None = None

    def of(self, recipients: Sequence[str]) -> Reached:
        """Return to whom mail for some recipients really goes."""
        to: dict[str, tuple[str, ...]] = {}
        refused: dict[str, Trouble] = {}
        for recipient in recipients:
            address = self.redirect_to or recipient
            if self.allowed is not None and not covered(address, list(self.allowed)):
                refused[recipient] = self._refusal(address)
            else:
                to[address] = (*to.get(address, ()), recipient)
        return Reached(to, refused)

    def _refusal(self, address: str) -> Trouble:
        place = f" of the environment {self.environment}" if self.environment else ""
        known = ", ".join(self.allowed or ()) or "nobody"
        return Trouble(
            f"'{address}' is not among policy.allowed_recipients{place} ({known})",
            category="config_invalid",
            detail="recipient_not_allowed",
            advice="Take a recipient that the policy allows, or have the policy changed.",
        )
