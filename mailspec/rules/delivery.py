"""MS003 for the queue: numbers that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item

_RETRIES = 3


def check(context: Context) -> Iterator[Finding]:
    """A message cannot die after more failed retries than there are."""
    item = context.spec.maps["delivery"]
    dead, retries = item.get("retry", "dead_letter_after"), item.get("retry", "retries")
    most = _RETRIES if retries is None else retries
    if isinstance(dead, int) and isinstance(most, int) and dead > most:
        yield at_item(
            "MS003",
            item,
            ("retry", "dead_letter_after"),
            f"dead_letter_after is {dead}, but there are only {most} retries after the first send.",
            help=f"Write at most {most}, or more retries." if most else "Remove it, or write more retries.",
        )


CHECKS = (Check(("MS003",), check),)
