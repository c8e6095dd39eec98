"""Whom mail of an environment may reach: redirection first, then the allow-list (SPEC "Environments apart"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailspec.outcome.delivery import Trouble
from mailspec.text.address_patterns import covered


class Reached(NamedTuple):
    """``to`` maps each envelope address to the recipients whom it stands for; ``refused`` may get nothing."""

    to: dict[str, tuple[str, ...]]
    refused: dict[str, Trouble]


@dataclass(frozen=True, slots=True)
class Reach:
    """``redirect_to`` takes every recipient's place. ``allowed`` and ``limited`` (from outside the Spec) are lists of
    patterns that must both cover an address; ``None`` covers all."""

    environment: str | None = None
    redirect_to: str | None = None
    allowed: tuple[str, ...] | None = None
    limited: tuple[str, ...] | None = None

    def of(self, recipients: Sequence[str]) -> Reached:
        """Return to whom mail for some recipients really goes."""
        to: dict[str, tuple[str, ...]] = {}
        refused: dict[str, Trouble] = {}
        for recipient in recipients:
            address = self.redirect_to or recipient
            trouble = self._refusal(address)
            if trouble is not None:
                refused[recipient] = trouble
            else:
                to[address] = (*to.get(address, ()), recipient)
        return Reached(to, refused)

    def _refusal(self, address: str) -> Trouble | None:
        place = f" of the environment {self.environment}" if self.environment else ""
        lists = {f"policy.allowed_recipients{place}": self.allowed, "the limits of whoever runs this": self.limited}
        for name, patterns in lists.items():
            if patterns is not None and not covered(address, patterns):
                return Trouble(
                    f"'{address}' is not among {name} ({', '.join(patterns) or 'nobody'})",
                    category="config_invalid",
                    detail="recipient_not_allowed",
                    advice="Take a recipient that is allowed, or have the list changed.",
                )
        return None
