"""``mailspec show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.workflow.project import open_project
from mailspec.workflow.reference.showing import show
from mailspec.workflow.validate.checking import variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailspec.load.spec import Spec
    from mailspec.outcome.effective import Effective


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--why", metavar="FIELD", help="Also which layers lost, for one field such as port or from.email.")
@formats("text", "json", "markdown", "html")
@common
@guarded
def command(
    names: tuple[str, ...],
    why: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what really holds, and where each value comes from.

    NAME may be KIND:NAME, such as user:alice@acme.example, or bulk or mobile; default: everything.
    """
    from mailspec.render.as_json import effective_json
    from mailspec.render.documents import of_settings
    from mailspec.render.effective import table
    from mailspec.resolve import Resolver

    opened = open_project(project or ".", project, environment)
    errors = [f for f in opened.loaded.findings if f.severity == "error"]
    spec = opened.spec(environment)
    variables = show(spec, names, variables_of(spec))
    if errors:
        say(
            f"Some files have errors ({len(errors)}); what is shown leaves the broken parts out. See: mailspec validate"
        )
    if why is not None:
        return _why(spec, names, why, variables, outputs)
    active = Resolver(spec).activation.active
    alone = len(outputs.wanted) == 1
    outputs.write(
        {
            "text": lambda: (
                table(variables, colour=outputs.printed == "text" and use_colour()) or "Nothing is declared."
            ),
            "json": lambda: effective_json(_used_up(variables) if alone else variables),
        },
        lambda: of_settings(variables, active=active),
    )
    return Exit.CLEAN


def _used_up(all_settings: list[Effective]) -> Iterator[Effective]:
    """Yield each object and keep none: what was worked out for 50,000 people need not be there at the same time."""
    all_settings.reverse()
    while all_settings:
        yield all_settings.pop()


def _why(spec: Spec, names: tuple[str, ...], field: str, all_settings: list[Effective], outputs: Outputs) -> int:
    from mailspec.render.as_json import dump
    from mailspec.render.documents import of_settings
    from mailspec.render.why_text import why_data, why_text
    from mailspec.resolve import Resolver
    from mailspec.resolve.why import why
    from mailspec.workflow.reference.showing import known_field

    known_field(field)
    resolver = Resolver(spec, variables_of(spec))
    told = [(entry, why(resolver, entry, field)) for entry in all_settings if names or field in entry.fields]
    colour = outputs.printed == "text" and use_colour()
    outputs.write(
        {
            "text": lambda: "\n\n".join(why_text(entry, field, says, colour=colour) for entry, says in told),
            "json": lambda: dump([why_data(entry, field, says) for entry, says in told]),
        },
        lambda: of_settings(all_settings),
    )
    return Exit.CLEAN
