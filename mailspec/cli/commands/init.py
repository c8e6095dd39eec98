"""``mailspec init``."""

from __future__ import annotations

import os

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("init")
@click.argument("folder", required=False, metavar="[DIR]")
@in_project()
@formats(*names_for(), quiet="Leave out the next steps.")
@guarded
def command(folder: str | None, project: ProjectOptions, outputs: Outputs) -> int:
    """Create a working starter in DIR (default: here). Files that exist are never overwritten."""
    from mailspec.text.escape import terminal
    from mailspec.workflow.reference.starting import ExistsError, start

    where = folder or project.project or "."
    try:
        entry = start(where)
    except ExistsError as error:
        say(f"{error} Choose another folder: mailspec init DIR")
        return Exit.REFUSED
    made = (("Created", entry.created), ("Added a line to", entry.changed))
    told = [f"{verb} {os.path.normpath(os.path.join(where, name))}" for verb, names in made for name in names]
    steps = [] if outputs.quiet else [_next_steps(where)]
    view = View(
        lambda _options: "\n".join([*map(terminal, told), *steps]),
        lambda: {"version": 1, "created": list(entry.created), "changed": list(entry.changed)},
    )
    outputs.write(view)
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
