"""The recap of an apply that a signal ended before anything was written."""

from __future__ import annotations

from mailspec.apply.signals import Interrupts
from mailspec.outcome.exits import Exit
from mailspec.outcome.recap import Recap


def stopped(interrupts: Interrupts) -> Recap:
    """Return the recap: nothing was changed."""
    return Recap(exit=interrupts.exit or Exit.TERMINATED, failure="interrupted; nothing was changed")
