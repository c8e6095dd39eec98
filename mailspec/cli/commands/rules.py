"""``mailspec rules``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.width import width
from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.exits import Exit


@click.command("rules")
@formats("text", "json")
@common
@guarded
def command(
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List all findings: code, name, severity, whether --fix mends it, and what it means."""
    from mailspec.render.as_json import dump
    from mailspec.render.listing import rules
    from mailspec.workflow.reference.explain import entry_data

    entries = [entry_data(entry) for entry in CATALOGUE.values()]
    outputs.write(
        {
            "text": lambda: rules(entries, width=width(), colour=outputs.coloured),
            "json": lambda: dump({"version": 1, "rules": entries}),
        }
    )
    if outputs.printed == "text" and not quiet:
        say(f"{len(entries)} findings. mailspec explain CODE says more about one.")
    return Exit.CLEAN
