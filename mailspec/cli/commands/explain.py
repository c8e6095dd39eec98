"""``mailspec explain``."""

from __future__ import annotations

import click

from mailspec.cli.options import common, formats, guarded, out, say, use_colour
from mailspec.cli.width import width
from mailspec.outcome.exits import Exit


@click.command("explain")
@click.argument("code", metavar="CODE")
@formats("text", "markdown", "json")
@common
@guarded
def command(
    code: str,
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Say why a finding exists, with a bad and a good example. CODE is MS101 or port-security-mismatch."""
    from mailspec.workflow.explaining import entry_data, page

    held = page(code)
    if format_ == "json":
        from mailspec.render.as_json import dump

        out(dump({"version": 1, **entry_data(held.entry), "sections": held.sections}))
    elif format_ == "markdown":
        out(held.markdown.rstrip("\n"))
    else:
        from mailspec.render.page import page as as_text

        if held.entry.preview and not quiet:
            say(f"{held.entry.code} is in preview: it is a note until policy.severity names it.")
        out(as_text(held.markdown, width=width(), colour=use_colour()))
    return Exit.CLEAN
