"""``mailspec man``."""

from __future__ import annotations

import os

import click

from mailspec.cli.refusals import guarded
from mailspec.cli.streams import out, say
from mailspec.outcome.exits import Exit


@click.command("man")
@click.argument("name", required=False, metavar="[COMMAND]")
@click.option("--dir", "folder", metavar="DIR", help="Write all pages into this folder, as mailspec-COMMAND.1.")
@guarded
def command(name: str | None, folder: str | None) -> int:
    """Print a man page: mailspec man apply | man -l -"""
    from mailspec.cli.main import COMMANDS, cli
    from mailspec.cli.manual import page, pages
    from mailspec.files.links import refuse_links
    from mailspec.files.writing import write_file
    from mailspec.workflow.project import UsageError

    if folder is None:
        if name is not None and name not in COMMANDS:
            raise UsageError(f"There is no command '{name}'. See mailspec --help.")
        out(page(cli, name).rstrip("\n"))
        return Exit.CLEAN
    try:
        refuse_links(folder)
        os.makedirs(folder, exist_ok=True)
        for file, text in pages(cli).items():
            write_file(os.path.join(folder, file), text.encode())
    except OSError as error:
        raise UsageError(f"The pages cannot be written to {folder}: {error.strerror}.") from error
    say(f"Written to {folder}. Read one: man -l {os.path.join(folder, 'mailspec.1')}")
    return Exit.CLEAN
