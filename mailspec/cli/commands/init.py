"""``mailspec init``."""

from __future__ import annotations

import os

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.outcome.exits import Exit


@click.command("init")
@click.argument("folder", required=False, metavar="[DIR]")
@formats("text", "json")
@common
@guarded
def command(
    folder: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Create a working starter in DIR (default: here). Files that exist are never overwritten."""
    from mailspec.render.as_json import dump
    from mailspec.text.escape import terminal
    from mailspec.workflow.reference.starting import ExistsError, start

    where = folder or project or "."
    try:
        entry = start(where)
    except ExistsError as error:
        say(f"{error} Choose another folder: mailspec init DIR")
        return Exit.REFUSED
    made = (("Created", entry.created), ("Added a line to", entry.changed))
    told = [f"{verb} {os.path.normpath(os.path.join(where, name))}" for verb, names in made for name in names]
    steps = [] if quiet else [_next_steps(where)]
    outputs.write(
        {
            "text": lambda: "\n".join([*map(terminal, told), *steps]),
            "json": lambda: dump({"version": 1, "created": list(entry.created), "changed": list(entry.changed)}),
        }
    )
    return Exit.CLEAN


def _next_steps(where: str) -> str:
    inside = "" if os.path.normpath(where) == "." else f"  cd {where}\n"
    return (
        "\nNext:\n"
        f"{inside}"
        "  1. Put your server and addresses into the two files.\n"
        "  2. mailspec validate            checks the files, without network or password\n"
        "  3. export SMTP_PASSWORD=...     or name another place for it\n"
        "  4. mailspec test --to ADDRESS   sends a real message, applies nothing\n"
        "  5. mailspec plan                shows what an apply would change\n"
        "  6. mailspec apply               makes the change and proves it"
    )
