"""Options about what a change may do: the policy of its base revision, and thresholds that are lifted once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _words(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    from mailspec.plan.thresholds import ALLOWABLE, PROTECTED

    for value in values:
        if value not in ALLOWABLE and not (value.startswith(PROTECTED) and value != PROTECTED):
            raise click.BadParameter(
                f"'{value}' is no threshold; there are {', '.join(ALLOWABLE)} and {PROTECTED}NAME."
            )
    return tuple(dict.fromkeys(values))


allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="THRESHOLD",
    callback=_words,
    help="Lift a threshold of the policy this once (repeatable): affected-people, deletions, deactivation or "
    "protected:NAME.",
)
_BASE = "The Git revision whose policy counts; a change that loosens it is refused."
_APPLIED = " @applied is the commit of the last apply."
_change_option = click.option(
    "--allow-policy-change", is_flag=True, help="Let the change loosen the policy of --base. For who may approve that."
)


def base_options(function: F) -> F:
    """Add ``--base`` and ``--allow-policy-change``."""
    return click.option("--base", metavar="REV", help=_BASE)(_change_option(function))


def base_or_applied_options(function: F) -> F:
    """Add the same to a command that reads the state, which knows what was applied last."""
    return click.option("--base", metavar="REV", help=_BASE + _APPLIED)(_change_option(function))
