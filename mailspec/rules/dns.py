"""MS7xx: what DNS says of the sending domains. Asked only with ``--online``, and by whoever may use the network."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context

CODES = tuple(code for code in CATALOGUE if code.startswith("MS7"))


def check(context: Context) -> Iterator[Finding]:
    """Hand the Spec to whoever asks DNS, where that is wanted."""
    if context.online is not None:
        yield from context.online(context)


CHECKS = (Check(CODES, check),)
