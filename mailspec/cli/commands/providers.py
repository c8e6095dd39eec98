"""``mailspec providers``."""

from __future__ import annotations

import click

from mailspec.cli.options import common, formats, guarded, out, say, use_colour
from mailspec.cli.width import width
from mailspec.outcome.exits import Exit


@click.command("providers")
@click.argument("name", required=False, metavar="[NAME]")
@formats("text", "json")
@common
@guarded
def command(
    name: str | None,
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List the mail providers that are known, or show one: servers, sign-in, limits, dates, and the sources.

    NAME is an id, an alias or one of the provider's hosts.
    """
    from mailspec.render.as_json import dump
    from mailspec.workflow.knowledge import described, find, listed

    if name is not None:
        held = described(find(name))
        if format_ == "json":
            out(dump({"version": 1, "provider": held}))
        else:
            from mailspec.render.provider import provider

            out(provider(held, width=width(), colour=use_colour()))
        return Exit.CLEAN
    entries = listed()
    if format_ == "json":
        out(dump({"version": 1, "providers": entries}))
        return Exit.CLEAN
    from mailspec.render.listing import providers

    out(providers(entries, width=width()))
    if not quiet:
        say(f"{len(entries)} providers. mailspec providers NAME shows one. Other servers get the general rules.")
    return Exit.CLEAN
