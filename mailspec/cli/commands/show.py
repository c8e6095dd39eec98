"""``mailspec show``."""

from __future__ import annotations

import click

from mailspec.cli.options import common, formats, guarded, out, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.workflow.project import open_project
from mailspec.workflow.showing import show
from mailspec.workflow.validation import variables_of


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@formats("text", "json")
@common
@guarded
def command(
    names: tuple[str, ...],
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what really holds, and where each value comes from.

    NAME may be KIND:NAME, such as user:alice@acme.example, or bulk or mobile; default: everything.
    """
    opened = open_project(project or ".", project, environment)
    errors = [f for f in opened.loaded.findings if f.severity == "error"]
    spec = opened.spec(environment)
    held = show(spec, names, variables_of(spec))
    if errors:
        say(
            f"Some files have errors ({len(errors)}); what is shown leaves the broken parts out. See: mailspec validate"
        )
    if format_ == "json":
        from mailspec.render.as_json import dump, effective

        out(dump(effective(held)))
    else:
        from mailspec.render.effective import table

        text = table(held, colour=use_colour())
        out(text or "Nothing is declared.")
    return Exit.CLEAN
