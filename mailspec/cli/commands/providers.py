"""``mailspec providers``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import no_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say, width
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("providers")
@click.argument("name", required=False, metavar="[NAME]")
@formats(*names_for(), quiet="Leave out the closing hint.")
@no_project
@guarded
def command(name: str | None, outputs: Outputs) -> int:
    """List the mail providers that are known, or show one: servers, sign-in, limits, dates, and the sources.

    NAME is an id, an alias or one of the provider's hosts.
    """
    from mailspec.workflow.reference.knowledge import described, find, listed

    if name is not None:
        from mailspec.render.provider_text import provider

        entry = described(find(name))
        view = View(
            lambda options: provider(entry, width=width(), colour=options.colour),
            lambda: {"version": 1, "provider": entry},
        )
        outputs.write(view)
        return Exit.CLEAN
    from mailspec.render.listing import providers

    entries = listed()
    outputs.write(
        View(lambda _options: providers(entries, width=width()), lambda: {"version": 1, "providers": entries})
    )
    if outputs.printed == "text" and not outputs.quiet:
        say(f"{len(entries)} providers. mailspec providers NAME shows one. Other servers get the general rules.")
    return Exit.CLEAN
