"""``mailspec show``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.workflow.project import open_project
from mailspec.workflow.showing import show
from mailspec.workflow.validation import variables_of


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@formats("text", "json", "markdown", "html")
@common
@guarded
def command(
    names: tuple[str, ...],
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what really holds, and where each value comes from.

    NAME may be KIND:NAME, such as user:alice@acme.example, or bulk or mobile; default: everything.
    """
    from mailspec.render.as_json import dump, effective
    from mailspec.render.documents import of_settings
    from mailspec.render.effective import table
    from mailspec.resolve import Resolver

    opened = open_project(project or ".", project, environment)
    errors = [f for f in opened.loaded.findings if f.severity == "error"]
    spec = opened.spec(environment)
    held = show(spec, names, variables_of(spec))
    if errors:
        say(
            f"Some files have errors ({len(errors)}); what is shown leaves the broken parts out. See: mailspec validate"
        )
    active = Resolver(spec).activation.active
    outputs.write(
        {
            "text": lambda: table(held, colour=outputs.printed == "text" and use_colour()) or "Nothing is declared.",
            "json": lambda: dump(effective(held)),
        },
        lambda: of_settings(held, active=active),
    )
    return Exit.CLEAN
