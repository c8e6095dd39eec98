"""``mailspec history``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, state_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded
from mailspec.outcome.exits import Exit


@click.command("history")
@click.option("--last", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many entries.")
@state_option
@limits_option
@formats("text", "json", "github-summary", "markdown", "html")
@common
@guarded
@stopping
def command(
    last: int,
    state: str | None,
    limits: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List earlier applies, the newest first."""
    from mailspec.render.as_json import dump
    from mailspec.render.history_text import history_data, history_document, history_text
    from mailspec.workflow.apply.history import entries
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits)
    listed = entries(prepare(workspace, state), last)
    outputs.write(
        {"text": lambda: history_text(listed, changes=verbose), "json": lambda: dump(history_data(listed))},
        lambda: history_document(listed),
    )
    return Exit.CLEAN
