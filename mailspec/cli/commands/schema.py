"""``mailspec schema``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import OPTIONS
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.render.view import View


@click.command("schema")
@click.option("--output", metavar="COMMAND", help="The schema of a command's JSON, such as validate.")
@click.option(
    "-E",
    "--environment",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[NAME]",
    help="The schema of environments/NAME.yml; it is the same for every name.",
)
@OPTIONS["project"]
@formats("json")
@guarded
def command(output: str | None, environment: str | None, project: str | None, outputs: Outputs) -> int:
    """Print the JSON Schema of the files, for editors and other programs."""
    from mailspec.workflow.project import UsageError
    from mailspec.workflow.reference.shipped import names, shipped

    if output is not None:
        text = shipped("schemas", f"output/{output}.json") if output in names("schemas", "output") else None
        if text is None:
            known = ", ".join(names("schemas", "output"))
            raise UsageError(f"No schema is published for '{output}'. There are: {known}.")
    else:
        name = "mailspec" if environment is None else "environment"
        text = shipped("schemas", f"{name}.schema.json")
        if text is None:
            raise UsageError("The schemas are not installed with this mailspec.")
    if output is None:
        from mailspec.workflow.reference.target_types import with_installed

        text = with_installed(text)
    shown = text.rstrip("\n")
    outputs.write(View(lambda _options: shown, lambda: shown))
    return Exit.CLEAN
