"""``mailspec targets``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.width import width
from mailspec.outcome.exits import Exit


@click.command("targets")
@click.argument("type_", required=False, metavar="[TYPE]")
@formats("text", "json")
@common
@guarded
def command(
    type_: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List the types of targets that can be declared here, those of installed packages included, or show one."""
    from mailspec.render.as_json import dump
    from mailspec.render.listing import target_type, target_types
    from mailspec.workflow.reference.target_types import described, listed

    if type_ is not None:
        entry = described(type_)
        outputs.write(
            {
                "text": lambda: target_type(entry, width=width()),
                "json": lambda: dump({"version": 1, "target_type": entry}),
            }
        )
        return Exit.CLEAN
    entries = listed()
    outputs.write(
        {
            "text": lambda: target_types(entries, width=width()),
            "json": lambda: dump({"version": 1, "target_types": entries}),
        }
    )
    if outputs.printed == "text" and not quiet:
        say(f"{len(entries)} types. mailspec targets TYPE shows one.")
    return Exit.CLEAN
