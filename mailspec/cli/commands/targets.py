"""``mailspec targets``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import no_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say, width
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("targets")
@click.argument("type_", required=False, metavar="[TYPE]")
@formats(*names_for(), quiet="Leave out the closing hint.")
@no_project
@guarded
def command(type_: str | None, outputs: Outputs) -> int:
    """List the types of targets that can be declared here, those of installed packages included, or show one."""
    from mailspec.render.listing import target_type, target_types
    from mailspec.workflow.reference.target_types import described, listed

    if type_ is not None:
        entry = described(type_)
        outputs.write(
            View(lambda _options: target_type(entry, width=width()), lambda: {"version": 1, "target_type": entry})
        )
        return Exit.CLEAN
    entries = listed()
    outputs.write(
        View(lambda _options: target_types(entries, width=width()), lambda: {"version": 1, "target_types": entries})
    )
    if outputs.printed == "text" and not outputs.quiet:
        say(f"{len(entries)} types. mailspec targets TYPE shows one.")
    return Exit.CLEAN
