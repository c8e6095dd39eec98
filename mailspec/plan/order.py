"""Two orders: in which changes are made, and in which people read them."""

from __future__ import annotations

from mailspec.outcome.plan import Action, Change
from mailspec.plan.objects import SIGN_IN_ENDS

_DISPLAY: dict[Action, int] = {"delete": 0, "deactivate": 1, "update": 2, "create": 3, "activate": 4}


def for_display(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the destructive changes first; within one kind the order in which they are made.

    A configuration that another one replaces stops after that one starts: only without it mail is off.
    """
    replaced = any(change.action == "activate" for change in changes)
    order = {**_DISPLAY, "deactivate": len(_DISPLAY)} if replaced else _DISPLAY
    # Of the updates those that take a sign-in away come first.
    return tuple(sorted(changes, key=lambda change: (order[change.action], change.note != SIGN_IN_ENDS)))
