"""``mailspec drift``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, state_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded
from mailspec.outcome.exits import Exit


@click.command("drift")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where something drifted.")
@state_option
@limits_option
@formats("text", "json", "github", "github-summary", "junit", "markdown", "html")
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
    """Compare the targets with the last apply, by field. mailspec apply puts drift right."""
    from mailspec.render.as_json import dump
    from mailspec.render.document import Options
    from mailspec.render.documents import of_drift, of_drifted_targets
    from mailspec.render.drift import drift_data, drift_text
    from mailspec.render.registry import render
    from mailspec.workflow.apply.drifts import drift
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits)
    found = drift(prepare(workspace, state))
    calm = not any(entry.drifted or entry.note for entry in found)
    outputs.write(
        {
            "text": lambda: "" if quiet and calm else drift_text(found, colour=outputs.coloured),
            "json": lambda: dump(drift_data(found)),
            "junit": lambda: render("junit", of_drifted_targets(found), Options()),
        },
        lambda: of_drift(found),
    )
    return Exit.PENDING if detailed_exitcode and any(entry.drifted for entry in found) else Exit.CLEAN
