"""``mailspec explain``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.width import width
from mailspec.outcome.exits import Exit


@click.command("explain")
@click.argument("code", metavar="CODE")
@formats("text", "markdown", "json", cut=False)
@common
@guarded
def command(
    code: str,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Say why a finding exists, with a bad and a good example. CODE is MS101 or port-security-mismatch."""
    from mailspec.render.as_json import dump
    from mailspec.render.page import page as as_text
    from mailspec.workflow.reference.explain import entry_data, page

    page_text = page(code)
    if page_text.entry.preview and not quiet:
        say(f"{page_text.entry.code} is in preview: it is a note until policy.severity names it.")
    outputs.write(
        {
            "text": lambda: as_text(page_text.markdown, width=width(), colour=outputs.coloured),
            "markdown": lambda: page_text.markdown.rstrip("\n"),
            "json": lambda: dump({"version": 1, **entry_data(page_text.entry), "sections": page_text.sections}),
        }
    )
    return Exit.CLEAN
