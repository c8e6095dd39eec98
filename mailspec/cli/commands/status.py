"""``mailspec status``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("status")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where the files differ from what is applied.")
@in_project("base", "moves", "state", "limits", "machine")
@formats(*names_for("findings", "changes"), verbose="Show each field of what differs.")
@guarded
def command(detailed_exitcode: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Show what is applied, and whether it differs from the files."""
    from mailspec.render.history_text import status_data, status_document, status_text
    from mailspec.workflow.apply.history import status

    prepared = project.prepare()
    current = status(prepared)
    instance, environment = prepared.workspace.spec.instance_id, prepared.workspace.environment
    where = f"{instance}{f' ({environment})' if environment else ''}"
    view = View(
        lambda options: status_text(current, where, fields=options.verbose, colour=options.colour),
        lambda: status_data(current, instance, environment),
        lambda: status_document(current, where),
    )
    outputs.write(view)
    if any(entry.ended and entry.kind != "user" for entry in current.sign_ins):
        return Exit.FINDINGS
    return Exit.PENDING if detailed_exitcode and current.pending.changes else Exit.CLEAN
