"""Two orders: in which changes are made, and in which people read them."""

from __future__ import annotations

from mailspec.outcome.plan import Action, Change

_DISPLAY: dict[Action, int] = {"delete": 0, "deactivate": 1, "update": 2, "create": 3, "activate": 4}


def for_display(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the destructive changes first; within one kind the order in which they are made."""
    return tuple(sorted(changes, key=lambda change: _DISPLAY[change.action]))
