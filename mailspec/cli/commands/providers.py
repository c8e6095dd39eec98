"""``mailspec providers``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.width import width
from mailspec.outcome.exits import Exit


@click.command("providers")
@click.argument("name", required=False, metavar="[NAME]")
@formats("text", "json")
@common
@guarded
def command(
    name: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List the mail providers that are known, or show one: servers, sign-in, limits, dates, and the sources.

    NAME is an id, an alias or one of the provider's hosts.
    """
    from mailspec.render.as_json import dump
    from mailspec.workflow.reference.knowledge import described, find, listed

    if name is not None:
        from mailspec.render.provider import provider

        entry = described(find(name))
        outputs.write(
            {
                "text": lambda: provider(entry, width=width(), colour=outputs.coloured),
                "json": lambda: dump({"version": 1, "provider": entry}),
            }
        )
        return Exit.CLEAN
    from mailspec.render.listing import providers

    entries = listed()
    outputs.write(
        {
            "text": lambda: providers(entries, width=width()),
            "json": lambda: dump({"version": 1, "providers": entries}),
        }
    )
    if outputs.printed == "text" and not quiet:
        say(f"{len(entries)} providers. mailspec providers NAME shows one. Other servers get the general rules.")
    return Exit.CLEAN
