"""``mailspec drift``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for, render_document
from mailspec.render.view import View


@click.command("drift")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where something drifted.")
@in_project("acts", "base", "moves", "state", "limits", "machine")
@formats(*names_for("findings", "changes", "tests"), quiet="Print nothing where nothing differs.")
@guarded
def command(detailed_exitcode: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Compare the targets with the last apply, by field. mailspec apply puts drift right."""
    from mailspec.render.documents import of_drift, of_drifted_targets
    from mailspec.render.drift_text import drift_data, drift_text
    from mailspec.workflow.apply.drifts import drift

    found = drift(project.prepare())
    calm = not any(entry.drifted or entry.note for entry in found)
    view = View(
        lambda options: "" if options.quiet and calm else drift_text(found, colour=options.colour),
        lambda: drift_data(found),
        lambda: of_drift(found),
        {"junit": lambda options: render_document("junit", of_drifted_targets(found), options)},
    )
    outputs.write(view)
    return Exit.PENDING if detailed_exitcode and any(entry.drifted for entry in found) else Exit.CLEAN
