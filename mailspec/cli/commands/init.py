"""``mailspec init``."""

from __future__ import annotations

import os

import click

from mailspec.cli.options import common, formats, guarded, line, out, say
from mailspec.outcome.exits import Exit


@click.command("init")
@click.argument("folder", required=False, metavar="[DIR]")
@formats("text", "json")
@common
@guarded
def command(
    folder: str | None,
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Create a working starter in DIR (default: here). Files that exist are never overwritten."""
    from mailspec.workflow.starting import ExistsError, start

    where = folder or project or "."
    try:
        held = start(where)
    except ExistsError as error:
        say(f"{error} Choose another folder: mailspec init DIR")
        return Exit.REFUSED
    if format_ == "json":
        from mailspec.render.as_json import dump

        out(dump({"version": 1, "created": list(held.created), "changed": list(held.changed)}))
        return Exit.CLEAN
    for verb, names in (("Created", held.created), ("Added a line to", held.changed)):
        for name in names:
            line(f"{verb} {os.path.normpath(os.path.join(where, name))}")
    if not quiet:
        out(_next_steps(where))
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
