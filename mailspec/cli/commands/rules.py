"""``mailspec rules``."""

from __future__ import annotations

import click

from mailspec.cli.options import common, formats, guarded, out, say, use_colour
from mailspec.cli.width import width
from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.exits import Exit


@click.command("rules")
@formats("text", "json")
@common
@guarded
def command(
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List all findings: code, name, severity, whether --fix mends it, and what it means."""
    from mailspec.workflow.explaining import entry_data

    entries = [entry_data(entry) for entry in CATALOGUE.values()]
    if format_ == "json":
        from mailspec.render.as_json import dump

        out(dump({"version": 1, "rules": entries}))
        return Exit.CLEAN
    from mailspec.render.listing import rules

    out(rules(entries, width=width(), colour=use_colour()))
    if not quiet:
        say(f"{len(entries)} findings. mailspec explain CODE says more about one.")
    return Exit.CLEAN
