"""``mailspec explain``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import no_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say, width
from mailspec.outcome.exits import Exit
from mailspec.render.view import View


@click.command("explain")
@click.argument("code", metavar="CODE")
@formats("text", "markdown", "json", cut=False, quiet="Leave out that a finding is in preview.")
@no_project
@guarded
def command(code: str, outputs: Outputs) -> int:
    """Say why a finding exists, with a bad and a good example. CODE is MS101 or port-security-mismatch."""
    from mailspec.render.page import page as as_text
    from mailspec.workflow.reference.explain import entry_data, page

    found = page(code)
    if found.entry.preview and not outputs.quiet:
        say(f"{found.entry.code} is in preview: it is a note until policy.severity names it.")
    view = View(
        lambda options: as_text(found.markdown, width=width(), colour=options.colour),
        lambda: {"version": 1, **entry_data(found.entry), "sections": found.sections},
        own={"markdown": lambda _options: found.markdown.rstrip("\n")},
    )
    outputs.write(view)
    return Exit.CLEAN
