"""``mailspec status``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, state_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded
from mailspec.outcome.exits import Exit


@click.command("status")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where the files differ from what is applied.")
@state_option
@limits_option
@formats("text", "json", "github", "github-summary", "markdown", "html")
@common
@guarded
@stopping
def command(
    detailed_exitcode: bool,
    state: str | None,
    limits: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what is applied, and whether it differs from the files."""
    from mailspec.render.as_json import dump
    from mailspec.render.history_text import status_data, status_document, status_text
    from mailspec.workflow.apply.history import status
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits)
    prepared = prepare(workspace, state)
    current_status = status(prepared)
    instance = workspace.spec.instance_id
    where = f"{instance}{f' ({environment})' if environment else ''}"
    outputs.write(
        {
            "text": lambda: status_text(current_status, where, fields=verbose, colour=outputs.coloured),
            "json": lambda: dump(status_data(current_status, instance, environment)),
        },
        lambda: status_document(current_status, where),
    )
    return Exit.PENDING if detailed_exitcode and current_status.pending.changes else Exit.CLEAN
