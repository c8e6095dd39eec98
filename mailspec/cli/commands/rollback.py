"""``mailspec rollback``."""

from __future__ import annotations

import click

from mailspec.cli.applying import approve, carry_out, show_recap, waited
from mailspec.cli.commands.apply import Asking
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse_all
from mailspec.cli.streams import say
from mailspec.render.registry import names_for
from mailspec.workflow.options import ApplyOptions, PlanOptions


@click.command("rollback")
@click.argument("number", required=False, type=int, metavar="[ID]")
@takes(Asking, "asking", "auto_approve", "diff")
@takes(ApplyOptions, "options")
@takes(PlanOptions, "changes", "allowed")
@in_project("acts", "base", "state", "limits", "machine")
@formats(
    *names_for("findings", "changes", "tests"),
    verbose="Name each step as it begins.",
    quiet="Print nothing where nothing changes. No progress.",
)
@guarded
def command(
    number: int | None,
    asking: Asking,
    options: ApplyOptions,
    changes: PlanOptions,
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Apply an earlier entry's settings again, with its secrets read anew. Default: the one before the last.

    Deletes nothing, and is held to the policy's thresholds like any apply. The files stay as they are, so status says
    that they differ until the next apply.
    """
    from mailspec.workflow.apply.applying import planned_for_apply
    from mailspec.workflow.apply.history import find_entry

    prepared = project.prepare(allowed=changes.allowed)
    chosen, desired = find_entry(prepared, number)
    planned, recovered = planned_for_apply(prepared, changes, wait=options.wait, desired=desired, tell=waited(outputs))
    for sentence in recovered:
        say(f"Recovered: {sentence}.")
    if planned.refusals:
        return refuse_all(planned.refusals)
    if not outputs.quiet:
        say(f"Going back to entry {chosen.id}.")
    answer = approve(planned, auto_approve=asking.auto_approve)
    if answer is not None:
        return answer
    recap = carry_out(prepared, planned, options, outputs, desired=desired, rollback=chosen.id)
    return show_recap(recap, outputs, diff=asking.diff, what="rollback")
