"""MS003 for environment variables: a value that cannot be used never falls back silently."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.finding import Finding
from mailspec.outcome.report import finding
from mailspec.rules.base import Check, Context


def check(context: Context) -> Iterator[Finding]:
    """Look at each overriding variable."""
    variables = context.resolver.variables
    for name, wanted in variables.wrong().items():
        given = variables.values[name]
        variable = f"{variables.prefix}{name}"
        problem = f"is '{given}'; {wanted} is wanted"
        yield finding(
            "MS003",
            f"The environment variable {variable} {problem}.",
            None,
            help=f"Correct it, or unset {variable} to use what the files say.",
        )


CHECKS = (Check(("MS003",), check),)
