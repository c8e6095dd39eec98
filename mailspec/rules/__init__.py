"""Offline checks, one module a family. Adding one: a module, a line here, a page in docs/rules, its cases."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.finding import Finding
from mailspec.rules import (
    characters,
    complete,
    connection,
    delivery,
    groups,
    headers,
    modes,
    names,
    policy,
    provider,
    references,
    secrets,
    send_as,
    sender,
    targets,
    templates,
    tokens,
    unused,
    variables,
)
from mailspec.rules.base import Check, Context, SecretFact

__all__ = ["CHECKS", "Context", "SecretFact", "run"]

CHECKS: tuple[Check, ...] = (
    *variables.CHECKS,
    *references.CHECKS,
    *groups.CHECKS,
    *names.CHECKS,
    *characters.CHECKS,
    *connection.CHECKS,
    *provider.CHECKS,
    *sender.CHECKS,
    *headers.CHECKS,
    *targets.CHECKS,
    *secrets.CHECKS,
    *modes.CHECKS,
    *complete.CHECKS,
    *unused.CHECKS,
    *tokens.CHECKS,
    *send_as.CHECKS,
    *templates.CHECKS,
    *policy.CHECKS,
    *delivery.CHECKS,
)


def run(context: Context) -> Iterator[Finding]:
    """Run every rule on one Spec."""
    for check in CHECKS:
        yield from check.run(context)
