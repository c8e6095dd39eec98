"""``mailspec rules``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import no_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say, width
from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("rules")
@formats(*names_for(), quiet="Leave out the closing hint.")
@no_project
@guarded
def command(outputs: Outputs) -> int:
    """List all findings: code, name, severity, whether --fix fixes it, and what it means."""
    from mailspec.render.listing import rules
    from mailspec.workflow.reference.explain import entry_data

    entries = [entry_data(entry) for entry in CATALOGUE.values()]
    view = View(
        lambda options: rules(entries, width=width(), colour=options.colour),
        lambda: {"version": 1, "rules": entries},
    )
    outputs.write(view)
    if outputs.printed == "text" and not outputs.quiet:
        say(f"{len(entries)} findings. mailspec explain CODE says more about one.")
    return Exit.CLEAN
