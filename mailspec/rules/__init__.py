"""Offline checks, one module a family. Adding one: a module, a line here, a page in docs/rules, its cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailspec.outcome.finding import Finding
from mailspec.rules import (
    address_domains,
    characters,
    complete,
    connection,
    delivery,
    dns,
    environments,
    groups,
    headers,
    international,
    modes,
    names,
    policy,
    provider,
    references,
    region,
    secrets,
    send_as,
    sender,
    standing_in,
    target_modes,
    targets,
    templates,
    tokens,
    unused,
    variables,
)
from mailspec.rules.base import Check, Context, SecretFact

__all__ = ["CHECKS", "OF_ENVIRONMENTS", "Context", "SecretFact", "run"]

CHECKS: tuple[Check, ...] = (
    *variables.CHECKS,
    *references.CHECKS,
    *groups.CHECKS,
    *names.CHECKS,
    *characters.CHECKS,
    *connection.CHECKS,
    *provider.CHECKS,
    *region.CHECKS,
    *sender.CHECKS,
    *international.CHECKS,
    *address_domains.CHECKS,
    *headers.CHECKS,
    *targets.CHECKS,
    *target_modes.CHECKS,
    *secrets.CHECKS,
    *modes.CHECKS,
    *complete.CHECKS,
    *unused.CHECKS,
    *tokens.CHECKS,
    *send_as.CHECKS,
    *standing_in.CHECKS,
    *templates.CHECKS,
    *policy.CHECKS,
    *delivery.CHECKS,
    *environments.CHECKS,
    *dns.CHECKS,
)

# What an environment is asked that says nothing of its own.
OF_ENVIRONMENTS = environments.CHECKS


def run(context: Context, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Run every rule, or some, on one Spec."""
    for check in checks:
        yield from check.run(context)
