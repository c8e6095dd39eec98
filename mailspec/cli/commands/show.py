"""``mailspec show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.reference.showing import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailspec.model.effective import Effective
    from mailspec.resolve import Resolver


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--why", metavar="FIELD", help="Also show overridden values of FIELD, such as port or from.email.")
@in_project()
@formats(*names_for("settings"))
@guarded
def command(names: tuple[str, ...], why: str | None, project: ProjectOptions, outputs: Outputs) -> int:
    """Show what really holds, and where each value comes from.

    NAME may be KIND:NAME, such as user:alice@acme.example, or bulk or mobile; default: everything.
    """
    from mailspec.render.as_json import effective_json
    from mailspec.render.documents import of_settings
    from mailspec.render.settings_text import table

    workspace = project.open()
    errors = [f for f in workspace.project.loaded.findings if f.severity == "error"]
    shown = show(workspace.resolver, names)
    outcome = Exit.CLEAN
    if errors:
        say(f"Some files have errors ({len(errors)}); invalid parts are omitted. See: mailspec validate")
    variables = workspace.resolver.variables
    for name, wanted in variables.wrong().items():
        variable = f"{variables.prefix}{name} is '{variables.values[name]}'"
        say(f"Error: the environment variable {variable}; {wanted} is wanted. What the files say is shown.")
        outcome = Exit.FINDINGS
    if why is not None:
        return max(outcome, _why(workspace.resolver, names, why, shown, outputs))
    active = workspace.resolver.activation.active
    alone = len(outputs.wanted) == 1
    view = View(
        lambda options: table(shown, active=active, colour=options.colour) or "Nothing is declared.",
        lambda: effective_json(_used_up(shown) if alone else shown),
        lambda: of_settings(shown, active=active),
    )
    outputs.write(view)
    return outcome


def _used_up(all_settings: list[Effective]) -> Iterator[Effective]:
    """Yield each object and keep none: what was worked out for 50,000 people need not be there at the same time."""
    all_settings.reverse()
    while all_settings:
        yield all_settings.pop()


def _why(
    resolver: Resolver, names: tuple[str, ...], field: str, all_settings: list[Effective], outputs: Outputs
) -> int:
    from mailspec.render.documents import of_settings
    from mailspec.render.why_text import why_data, why_text
    from mailspec.resolve.why import why
    from mailspec.workflow.reference.showing import known_field

    asked = known_field(field)
    layers = [(entry, why(resolver, entry, asked)) for entry in all_settings if names or asked in entry.fields]
    view = View(
        lambda options: "\n\n".join(why_text(entry, field, says, colour=options.colour) for entry, says in layers),
        lambda: [why_data(entry, field, says) for entry, says in layers],
        lambda: of_settings(all_settings),
    )
    outputs.write(view)
    return Exit.CLEAN
