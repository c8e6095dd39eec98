"""``mailspec plan``."""

from __future__ import annotations

import click

from mailspec.cli.applying import plan_view
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse_all
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.workflow.options import PlanOptions


@click.command("plan")
@click.option("--out", "file", metavar="FILE", help="Save the plan, for apply FILE.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where there are changes.")
@takes(PlanOptions, "changes")
@in_project("acts", "base", "state", "limits", "machine")
@formats(*names_for("findings", "changes"), quiet="Print nothing where nothing changes.")
@guarded
def command(
    file: str | None, detailed_exitcode: bool, changes: PlanOptions, project: ProjectOptions, outputs: Outputs
) -> int:
    """Show what an apply would change. Reads the state and the targets; changes nothing."""
    from mailspec.plan.saved import dump
    from mailspec.workflow.apply.planning import plan, secret_findings
    from mailspec.workflow.apply.prepare import with_findings
    from mailspec.workflow.project import ApplyRefusedError
    from mailspec.workflow.saving import write_plan

    prepared = project.prepare(changes.as_of, changes.allowed)
    planned = plan(prepared, changes)
    wrong = secret_findings(prepared, prepared.desired, planned.flags, required=False)
    if any(finding.severity == "error" for finding in wrong):
        raise ApplyRefusedError(report=with_findings(prepared.report, wrong))
    outputs.write(plan_view(planned))
    if planned.refusals:
        return refuse_all(planned.refusals)
    if file is not None:
        failed = write_plan(file, dump(planned.plan))
        if failed is not None:
            say(failed)
            return Exit.FINDINGS
        if not outputs.quiet:
            say(f"Saved to {file}. Valid until files, state or targets change; applies once: mailspec apply {file}")
    return Exit.PENDING if detailed_exitcode and planned.plan.changes else Exit.CLEAN
