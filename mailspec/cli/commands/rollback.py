"""``mailspec rollback``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, refuse, state_option, stopping
from mailspec.cli.commands.apply import approve, show_recap
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.policy_options import allow_option, base_or_applied_options
from mailspec.cli.progress import patience


@click.command("rollback")
@click.argument("number", required=False, type=int, metavar="[ID]")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--test-to", metavar="ADDRESS", help="Recipient of the test message. Default: policy.test_recipients.")
@click.option("--no-test", is_flag=True, help="Send no test message.")
@click.option("-D", "--diff", is_flag=True, help="Show fields before and after.")
@click.option("--wait", type=float, default=0.0, metavar="SECONDS", help="How long to wait for a lock.")
@allow_option
@base_or_applied_options
@state_option
@limits_option
@formats("text", "json", "github", "github-summary", "junit", "markdown", "html")
@common
@guarded
@stopping
def command(
    number: int | None,
    auto_approve: bool,
    test_to: str | None,
    no_test: bool,
    diff: bool,
    wait: float,
    allowed: tuple[str, ...],
    base: str | None,
    allow_policy_change: bool,
    state: str | None,
    limits: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Apply an earlier entry's settings again, with its secrets read anew. Default: the one before the last.

    Deletes nothing, and is held to the policy's thresholds like any apply. The files stay as they are, so status says
    that they differ until the next apply.
    """
    from mailspec.workflow.apply.applying import Choices, planned_for_apply, run
    from mailspec.workflow.apply.history import former
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    checked, policy = CheckOptions(with_env=True), Base(base, allow_policy_change)
    prepared = prepare(open_workspace(project, environment, checked, limits_file=limits, base=policy), state)
    choices = Choices(test_to=test_to, no_test=no_test, wait=wait, allowed=allowed)
    chosen, desired = former(prepared, number)
    planned, said = planned_for_apply(prepared, choices, desired=desired)
    for sentence in said:
        say(f"Recovered: {sentence}.")
    for refusal in planned.refusals:
        refuse(refusal)
    if planned.refusals:
        return max(refusal.exit for refusal in planned.refusals)
    if not quiet:
        say(f"Going back to entry {chosen.id}.")
    answer = approve(planned.plan, planned.notes, auto_approve=auto_approve, diff=diff)
    if answer is not None:
        return answer
    with patience(wanted=not (quiet or verbose)) as waiting:
        step = (lambda name: say(f"{name} ...")) if verbose else waiting
        recap = run(prepared, planned, choices, approved=planned.plan, desired=desired, progress=step)
    return show_recap(recap, outputs, diff=diff, quiet=quiet, what="rollback")
