"""``mailspec apply``."""

from __future__ import annotations

from datetime import date

import click

from mailspec.cli.applying import (
    confirm_option,
    limit_option,
    limits_option,
    prune_option,
    refuse,
    state_option,
    stopping,
)
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import as_of_option, common, guarded, say, use_colour
from mailspec.cli.policy_options import allow_option, base_or_applied_options
from mailspec.cli.progress import patience
from mailspec.cli.report_errors import kept
from mailspec.cli.terminals import can_ask
from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Plan
from mailspec.outcome.recap import Recap


@click.command("apply")
@click.argument("planfile", required=False, metavar="[PLANFILE]")
@click.option("-C", "--check", is_flag=True, help="Show what would be done; change nothing.")
@click.option("-D", "--diff", is_flag=True, help="Show fields before and after.")
@click.option("--test-to", metavar="ADDRESS", help="Recipient of the test message. Default: policy.test_recipients.")
@click.option("--no-test", is_flag=True, help="Send no test message.")
@click.option("--auto-approve", is_flag=True, help="Do not ask. Deletions still need --confirm-delete.")
@click.option("--wait", type=float, default=0.0, metavar="SECONDS", help="How long to wait for a lock.")
@limit_option
@prune_option
@confirm_option
@allow_option
@base_or_applied_options
@state_option
@limits_option
@as_of_option
@formats("text", "json", "github", "github-summary", "junit", "markdown", "html")
@common
@guarded
@stopping
def command(
    planfile: str | None,
    check: bool,
    diff: bool,
    test_to: str | None,
    no_test: bool,
    auto_approve: bool,
    wait: float,
    limit: tuple[str, ...],
    prune: bool,
    confirmed: tuple[str, ...],
    allowed: tuple[str, ...],
    base: str | None,
    allow_policy_change: bool,
    state: str | None,
    limits: str | None,
    as_of: date | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Make the change: plan, ask, lock, try the server, send a test message, write, verify.

    With PLANFILE only that plan is applied, once, and only if it still is what would be done.
    """
    from mailspec.workflow.apply.applying import Choices, planned_for_apply, run
    from mailspec.workflow.apply.planning import plan
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.saving import read_plan
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    saved = None
    if planfile is not None:
        if limit or prune or confirmed or allowed or as_of:
            say("A saved plan has its own --limit, --prune, --confirm-delete, --allow and --as-of; give them to plan.")
            return Exit.USAGE
        loaded = read_plan(planfile)
        if not isinstance(loaded, Plan):
            return refuse(loaded)
        saved = loaded
        environment = environment or saved.basis.environment
    if wait < 0:
        say("--wait takes seconds from 0.")
        return Exit.USAGE
    checked = CheckOptions(with_env=True, as_of=as_of)
    policy = Base(base, allow_policy_change)
    prepared = prepare(open_workspace(project, environment, checked, limits_file=limits, base=policy), state)
    choices = Choices(limit, prune, confirmed, as_of, test_to, no_test, wait, allowed)
    if check:
        planned = plan(prepared, limit=limit, prune=prune, confirmed=confirmed, allowed=allowed, as_of=as_of)
        show_plan(planned.plan, planned.notes, outputs, fields=diff)
        for refusal in planned.refusals:
            refuse(refusal)
        return max((refusal.exit for refusal in planned.refusals), default=Exit.CLEAN)
    planned, said = planned_for_apply(prepared, choices, saved)
    for sentence in said:
        say(f"Recovered: {sentence}.")
    if saved is None:
        for refusal in planned.refusals:
            refuse(refusal)
        if planned.refusals:
            return max(refusal.exit for refusal in planned.refusals)
        answer = approve(planned.plan, planned.notes, auto_approve=auto_approve, diff=diff)
        if answer is not None:
            return answer
    with patience(wanted=not (quiet or verbose)) as waiting:
        recap = run(
            prepared,
            planned,
            choices,
            approved=saved or planned.plan,
            single_use=saved is not None,
            progress=(lambda step: say(f"{step} ...")) if verbose else waiting,
        )
    return show_recap(recap, outputs, diff=diff, quiet=quiet)


def show_plan(plan: Plan, notes: tuple[str, ...], outputs: Outputs, *, fields: bool) -> None:
    """Print a plan in the formats that were asked for."""
    from mailspec.render.as_json import dump
    from mailspec.render.documents import of_plan
    from mailspec.render.plan_json import plan_data
    from mailspec.render.plan_text import plan_text

    colour = outputs.printed == "text" and use_colour()
    outputs.write(
        {
            "text": lambda: plan_text(plan, notes, fields=fields, colour=colour),
            "json": lambda: dump(plan_data(plan)),
        },
        lambda: of_plan(plan, notes),
    )


def approve(plan: Plan, notes: tuple[str, ...], *, auto_approve: bool, diff: bool) -> int | None:
    """Show the plan and ask; return an exit code where it is not approved."""
    if auto_approve or not plan.changes:
        return None
    from mailspec.render.plan_text import plan_text

    if not can_ask():
        say("Refused (no-approval): there is no terminal to ask at. Add --auto-approve, or apply a saved plan.")
        return Exit.REFUSED
    click.echo(plan_text(plan, notes, fields=diff, colour=use_colour()), err=True)
    if click.confirm("Apply this?", err=True):
        return None
    say("Declined; nothing was changed.")
    return Exit.REFUSED


def show_recap(recap: Recap, outputs: Outputs, *, diff: bool, quiet: bool = False, what: str = "apply") -> int:
    """Print what was done and return its exit code; ``quiet`` prints nothing where nothing was changed.

    ``what`` names the command, for the words about a report that cannot be written.
    """
    from mailspec.render.as_json import dump
    from mailspec.render.documents import of_recap
    from mailspec.render.plan_json import recap_data
    from mailspec.render.plan_text import recap_text

    colour = outputs.printed == "text" and use_colour()
    silent = recap.refusal is not None or (quiet and not recap.changes and recap.exit == Exit.CLEAN)
    with kept(recap, what) as report:
        outputs.write(
            {
                "text": lambda: "" if silent else recap_text(recap, colour=colour, fields=diff),
                "json": lambda: dump(recap_data(recap)),
            },
            lambda: of_recap(recap),
        )
    if recap.refusal is not None:
        return refuse(recap.refusal)
    return recap.exit or report.exit
