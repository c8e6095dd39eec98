"""What plan, apply, status, history, rollback and unlock share on the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from mailspec.cli.options import out, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import sentence

F = TypeVar("F", bound=Callable[..., Any])

state_option = click.option(
    "--state",
    metavar="URL",
    help="Where the state is: sqlite:///PATH or postgresql://USER@HOST/DATABASE. Default: MAILSPEC_STATE_URL, "
    "else .mailspec/state.sqlite in the project.",
)
limits_option = click.option(
    "--limits",
    metavar="FILE",
    help="What this run may touch: secrets, hosts, target paths, recipients. Default: the file in MAILSPEC_LIMITS, "
    "else /etc/mailspec/limits.yml if there is one.",
)
limit_option = click.option(
    "-l", "--limit", multiple=True, metavar="NAME", help="Only these objects or targets (repeatable)."
)
prune_option = click.option("--prune", is_flag=True, help="Also delete what is no longer declared.")
confirm_option = click.option(
    "--confirm-delete", "confirmed", multiple=True, metavar="NAME", help="Confirm one deletion by name (repeatable)."
)


def refuse(refusal: Refusal) -> int:
    """Say why nothing was done, and what to type."""
    say(f"Refused ({refusal.rule}): {refusal.message}.")
    if refusal.help:
        say(sentence(refusal.help))
    return refusal.exit


def stopping(function: Callable[..., int]) -> Callable[..., int]:
    """Turn what stops a command before it begins into words and an exit code."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> int:
        from mailspec.state.errors import StateError
        from mailspec.workflow.project import ApplyRefusedError

        try:
            return function(*args, **kwargs)
        except ApplyRefusedError as stop:
            if stop.refusal is not None:
                return refuse(stop.refusal)
            return show_report(stop.report)
        except StateError as error:
            return refuse(error.refusal)

    return inner


def show_report(report: Any) -> int:
    """Print findings that stop a command; nothing was changed."""
    from mailspec.render.as_text import report as as_text

    failing = report._replace(findings=tuple(f for f in report.findings if f.severity == "error"))
    out(as_text(failing, colour=use_colour()))
    say("Nothing was changed. Mend the errors first; mailspec validate shows them all.")
    return Exit.FINDINGS
