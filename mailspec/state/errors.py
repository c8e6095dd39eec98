"""How the state says that it cannot be used. Raised inside, turned into a refusal at the edge."""

from __future__ import annotations

from mailspec.outcome.refusal import Refusal, RefusedError


class StateError(RefusedError):
    """The state is unreachable, foreign, damaged, newer, locked or moved on.

    Holds no SQL, value or password.
    """

    def __init__(self, rule: str, message: str, help: str = "") -> None:
        super().__init__(Refusal(rule, message, help))


def damaged(name: str, what: str) -> StateError:
    """Return the error for a state that is there, but not as mailspec wrote it. ``name`` may be shown."""
    return StateError("state-damaged", f"{name} is damaged: {what}", "restore it from a backup")
