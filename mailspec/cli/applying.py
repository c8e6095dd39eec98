"""What apply and rollback share: the question before, the change itself, and the report after."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs
from mailspec.cli.progress import show_progress
from mailspec.cli.refusals import refuse
from mailspec.cli.streams import can_ask, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Plan
from mailspec.outcome.recap import Recap
from mailspec.render.view import Options, View
from mailspec.workflow.project import UsageError

if TYPE_CHECKING:
    from mailspec.plan.desired import Desired
    from mailspec.workflow.apply.planning import Planned
    from mailspec.workflow.apply.prepare import Prepared
    from mailspec.workflow.options import ApplyOptions


def plan_view(planned: Planned, *, fields: bool = True) -> View:
    """Return a plan for every output format, in text with or without its fields."""
    from mailspec.render.documents import of_plan
    from mailspec.render.plan_json import plan_data
    from mailspec.render.plan_text import plan_text

    def text(options: Options) -> str:
        if options.quiet and not planned.plan.changes:
            return ""
        return plan_text(planned.plan, planned.notes, fields=fields, colour=options.colour)

    return View(text, lambda: plan_data(planned.plan), lambda: of_plan(planned.plan, planned.notes))


def approve(planned: Planned, *, auto_approve: bool) -> int | None:
    """Show the plan with its values and ask; return an exit code where it is not approved."""
    if auto_approve or not planned.plan.changes:
        return None
    if not can_ask():
        say("Refused (no-approval): there is no terminal to ask at. Add --auto-approve, or apply a saved plan.")
        return Exit.REFUSED
    click.echo(plan_view(planned).text(Options(colour=use_colour())), err=True, color=use_colour())
    if click.confirm("Apply this?", err=True):
        return None
    say("Declined; nothing was changed.")
    return Exit.REFUSED


def carry_out(
    prepared: Prepared,
    planned: Planned,
    options: ApplyOptions,
    outputs: Outputs,
    *,
    saved: Plan | None = None,
    desired: Desired | None = None,
    rollback: int | None = None,
) -> Recap:
    """Apply what was approved, a ``saved`` plan only once, and name the steps as it goes.

    ``rollback`` is the entry of the history that ``desired`` goes back to.
    """
    from mailspec.workflow.apply.applying import run

    with show_progress(wanted=not (outputs.quiet or outputs.verbose)) as waiting:
        return run(
            prepared,
            planned,
            options,
            approved=saved or planned.plan,
            single_use=saved is not None,
            desired=desired,
            rollback=rollback,
            progress=(lambda step: say(f"{step} ...")) if outputs.verbose else waiting,
            tell=waited(outputs),
        )


def waited(outputs: Outputs) -> Callable[[str], None]:
    """Return what says for whom a lock is waited, also in a log: a pipeline may wait for long."""
    return (lambda _words: None) if outputs.quiet else lambda words: say(f"{words[:1].upper()}{words[1:]}.")


def show_recap(recap: Recap, outputs: Outputs, *, diff: bool, what: str = "apply") -> int:
    """Print what was done and return its exit code; quiet prints nothing where nothing was changed.

    ``what`` names the command, for the words about a report that cannot be written.
    """
    from mailspec.render.documents import of_recap
    from mailspec.render.plan_json import recap_data
    from mailspec.render.plan_text import recap_text

    silent = recap.refusal is not None or (outputs.quiet and not recap.changes and recap.exit == Exit.CLEAN)
    view = View(
        lambda options: "" if silent else recap_text(recap, colour=options.colour, fields=diff),
        lambda: recap_data(recap),
        lambda: of_recap(recap),
    )
    with _kept(recap, what) as report:
        outputs.write(view)
    return refuse(recap.refusal) if recap.refusal is not None else recap.exit or report.exit


@dataclass(slots=True)
class _Report:
    """``exit`` is the code for a report that is lost."""

    exit: Exit = Exit.CLEAN


@contextmanager
def _kept(recap: Recap, what: str) -> Iterator[_Report]:
    """Write a report within; where that fails, say what became of the apply or rollback that ``what`` names."""
    report = _Report()
    try:
        yield report
    except BrokenPipeError:
        # A reader that has seen enough of a success needs no more words.
        if recap.exit == Exit.CLEAN:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _say_outcome(recap, what)
    except click.ClickException as error:
        _say_outcome(recap, what)
        say(f"Error: {error.format_message()}")
        report.exit = Exit.FINDINGS
    except UsageError as error:
        _say_outcome(recap, what)
        say(f"Error: {error}")
        report.exit = Exit.USAGE


def _say_outcome(recap: Recap, what: str) -> None:
    if recap.refusal is not None:
        return
    if recap.failure is not None:
        say(f"Failed: {recap.failure}.")
    elif recap.history is not None:
        say(f"The {what} is done (history entry {recap.history}); only its report is lost.")
    else:
        say("Nothing was to be changed; only the report of that is lost.")
    for note in recap.notes:
        say(f"Note: {note}.")
