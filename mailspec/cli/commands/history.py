"""``mailspec history``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("history")
@click.option("--last", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many entries.")
@in_project("state", "limits")
@formats(*names_for("history"), verbose="Also show what each apply changed.")
@guarded
def command(last: int, project: ProjectOptions, outputs: Outputs) -> int:
    """List earlier applies, the newest first."""
    from mailspec.render.history_text import history_data, history_document, history_text
    from mailspec.workflow.apply.history import entries

    workspace = project.open()
    listed = entries(workspace, project.state, last)
    if any(finding.severity == "error" for finding in workspace.project.loaded.findings):
        say("Some files have errors, which change nothing of what was applied. See: mailspec validate")
    view = View(
        lambda options: history_text(listed, changes=options.verbose),
        lambda: history_data(listed),
        lambda: history_document(listed),
    )
    outputs.write(view)
    return Exit.CLEAN
