"""``mailspec plan``."""

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
from mailspec.cli.options import as_of_option, common, guarded, say
from mailspec.cli.policy_options import allow_option, base_or_applied_options
from mailspec.outcome.exits import Exit


@click.command("plan")
@click.option("--out", "file", metavar="FILE", help="Save the plan, for apply FILE.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where there are changes.")
@limit_option
@prune_option
@confirm_option
@allow_option
@base_or_applied_options
@state_option
@limits_option
@as_of_option
@formats("text", "json", "github", "github-summary", "markdown", "html")
@common
@guarded
@stopping
def command(
    file: str | None,
    detailed_exitcode: bool,
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
    """Show what an apply would change. Reads the state and the targets; changes nothing."""
    from mailspec.plan.saved import dump as dump_plan
    from mailspec.render.as_json import dump
    from mailspec.render.documents import of_plan
    from mailspec.render.plan_json import plan_data
    from mailspec.render.plan_text import plan_text
    from mailspec.workflow.apply.planning import plan, secret_findings
    from mailspec.workflow.apply.prepare import prepare, with_findings
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.project import ApplyRefusedError
    from mailspec.workflow.saving import write_plan
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    checked = CheckOptions(with_env=True, as_of=as_of)
    policy = Base(base, allow_policy_change)
    prepared = prepare(open_workspace(project, environment, checked, limits_file=limits, base=policy), state)
    planned = plan(prepared, limit=limit, prune=prune, confirmed=confirmed, allowed=allowed, as_of=as_of)
    wrong = secret_findings(prepared, prepared.desired, planned.flags, required=False)
    if any(finding.severity == "error" for finding in wrong):
        raise ApplyRefusedError(report=with_findings(prepared.report, wrong))
    colour = outputs.coloured
    silent = quiet and not planned.plan.changes
    outputs.write(
        {
            "text": lambda: "" if silent else plan_text(planned.plan, planned.notes, colour=colour),
            "json": lambda: dump(plan_data(planned.plan)),
        },
        lambda: of_plan(planned.plan, planned.notes),
    )
    for refusal in planned.refusals:
        refuse(refusal)
    if planned.refusals:
        return max(refusal.exit for refusal in planned.refusals)
    if file is not None:
        failed = write_plan(file, dump_plan(planned.plan))
        if failed is not None:
            say(failed)
            return Exit.FINDINGS
        if not quiet:
            say(f"Saved to {file}. It holds until anything changes, and can be applied once: mailspec apply {file}")
    return Exit.PENDING if detailed_exitcode and planned.plan.changes else Exit.CLEAN
