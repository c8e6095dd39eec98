"""MS105 for ``ehlo_name``: what a server cannot take as the name that greets it."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Fix
from mailspec.rules.say import at_value, rewrite
from mailspec.text import scalar_text
from mailspec.text.ehlo import ehlo_problem


def check_ehlo_name(settings: Effective) -> Iterator[Finding]:
    """Look at one account's name for EHLO."""
    value = settings.value(Settings.ehlo_name)
    if value is None or "{{" in str(value.value) or "${" in str(value.value):
        return
    problem = ehlo_problem(str(value.value))
    if problem is not None:
        yield at_value(
            "MS105",
            value,
            f"'{value.value}' cannot stand in EHLO: {problem.reason}",
            object=settings.object,
            severity="warning" if problem.only_odd else None,
            help="Write this machine's full name, such as hub.acme.example, or its address in brackets.",
            fix=_fix(value, problem.use),
        )


def _fix(value: Value, use: str | None) -> Fix | None:
    return rewrite(value, scalar_text(use), f"Write {use}.", "safe") if use else None
