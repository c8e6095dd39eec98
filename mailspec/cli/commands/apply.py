"""``mailspec apply``."""

from __future__ import annotations

from typing import NamedTuple

import click

from mailspec.cli.applying import approve, carry_out, plan_view, show_recap, waited
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse, refuse_all
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Plan
from mailspec.render.registry import names_for
from mailspec.workflow.options import NOT_GIVEN, PLAIN, ApplyOptions, PlanOptions


class Asking(NamedTuple):
    """Whether anything is done, whether it is asked for, and what is shown of it."""

    check: bool = False
    diff: bool = False
    auto_approve: bool = False


# How often a plan is made anew where others apply in between.
_ROUNDS = 5


@click.command("apply")
@click.argument("planfile", required=False, metavar="[PLANFILE]")
@takes(
    Asking,
    "asking",
    check=click.option("-C", "--check", "check", is_flag=True, help="Show what would be done; change nothing."),
    auto_approve=click.option(
        "--auto-approve", is_flag=True, help="Do not ask. Deletions still need --confirm-delete."
    ),
)
@takes(ApplyOptions, "options")
@takes(PlanOptions, "changes")
@in_project("acts", "base", "state", "limits", "machine")
@formats(
    *names_for("findings", "changes", "tests"),
    verbose="Name each step as it begins.",
    quiet="Print nothing where nothing changes. No progress.",
)
@guarded
def command(
    planfile: str | None,
    asking: Asking,
    options: ApplyOptions,
    changes: PlanOptions,
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Make the change: plan, ask, lock, try the server, send a test message, write, verify.

    With PLANFILE only that plan is applied, once, and only if it still is what would be done.
    """
    from mailspec.workflow.apply.applying import planned_for_apply
    from mailspec.workflow.apply.planning import plan
    from mailspec.workflow.saving import read_plan

    saved = None
    if planfile is not None:
        if changes != PLAIN:
            say("A saved plan has its own --limit, --prune, --confirm-delete, --allow and --as-of; give them to plan.")
            return Exit.USAGE
        loaded = read_plan(planfile)
        if not isinstance(loaded, Plan):
            return refuse(loaded)
        saved = loaded
        project = project._replace(environment=saved.basis.environment) if project.environment == NOT_GIVEN else project
    if options.wait < 0:
        say("--wait takes seconds from 0.")
        return Exit.USAGE
    prepared = project.prepare(changes.as_of, changes.allowed if saved is None else saved.basis.allowed)
    if asking.check:
        planned = plan(prepared, changes)
        outputs._replace(quiet=False).write(plan_view(planned, fields=asking.diff))
        return refuse_all(planned.refusals)
    for again in range(_ROUNDS):
        planned, recovered = planned_for_apply(prepared, changes, wait=options.wait, saved=saved, tell=waited(outputs))
        for sentence in recovered:
            say(f"Recovered: {sentence}.")
        if saved is None:
            if planned.refusals:
                return refuse_all(planned.refusals)
            if again:
                say("Meanwhile something else was changed. This would be done now:")
            answer = approve(planned, auto_approve=asking.auto_approve)
            if answer is not None:
                return answer
        recap = carry_out(prepared, planned, options, outputs, saved=saved)
        # Who asked for what is no longer so (a lock was waited for, a question was open) is shown what is, and asked.
        if saved is not None or recap.refusal is None or recap.refusal.rule != "stale-plan":
            break
    return show_recap(recap, outputs, diff=asking.diff)
