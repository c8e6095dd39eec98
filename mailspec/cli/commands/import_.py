"""``mailspec import``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from mailspec.cli.applying import refuse
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.outcome.exits import Exit

if TYPE_CHECKING:
    from mailspec.workflow.people.people_import import Import, Made

_SHOWN = 3  # people of a preview


@click.command("import")
@click.argument("table", metavar="PEOPLE.CSV")
@click.option("--out", "folder", metavar="FOLDER", help="Where the files go. Default: users/ in the project.")
@click.option("--each", is_flag=True, help="A file a person instead of one a table.")
@click.option("--column", "columns", multiple=True, metavar="TITLE=NAME", help="Rename a column; TITLE= leaves it out.")
@click.option("--write", "wanted", is_flag=True, help="Write the files. Default: show what would be written.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@formats("text", "json")
@common
@guarded
def command(
    table: str,
    folder: str | None,
    each: bool,
    columns: tuple[str, ...],
    wanted: bool,
    force: bool,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Make people's files from a table: email, name, mode, username, from, password (a reference) and more.

    Where a row is wrong nothing is written.
    """
    from mailspec.render.as_json import dump
    from mailspec.render.as_text import report as report_text
    from mailspec.workflow.people.people_import import import_people, write

    if not all("=" in column for column in columns):
        say("--column wants TITLE=NAME, such as --column 'E-Mail=email'.")
        return Exit.USAGE
    renamed = {title.strip(): name.strip() for title, _, name in (column.partition("=") for column in columns)}
    made = import_people(table, folder, project=project, each=each, columns=renamed)
    failed = made.report.failed()
    written = False
    if wanted and not failed:
        refusal = write(made.files, force=force)
        if refusal is not None:
            return refuse(refusal)
        written = True
    shown = () if quiet or failed or written else made.files[: None if verbose else 1]

    def text() -> str:
        found = report_text(made.report, colour=outputs.coloured, verbose=verbose, quiet=quiet)
        return "\n".join([*([found] if made.report.findings else []), *(_excerpt(file, verbose) for file in shown)])

    outputs.write({"text": text, "json": lambda: dump(_data(made, written))})
    if outputs.printed == "text":
        if failed:
            say("Nothing was written. Mend the rows first.")
        elif not quiet:
            count = f"{len(made.people)} {'person' if len(made.people) == 1 else 'people'}"
            files = f"{len(made.files)} file{'s' if len(made.files) != 1 else ''}"
            say(f"Wrote {count} into {files}." if written else f"{count}, {files}. Write with --write.")
    return Exit.FINDINGS if failed else Exit.CLEAN


def _excerpt(file: Made, whole: bool) -> str:
    """Show how a file would begin."""
    from mailspec.text.escape import terminal

    lines = file.text.rstrip("\n").split("\n")
    ends = [number for number, line in enumerate(lines) if line.startswith("  - ")][_SHOWN : _SHOWN + 1]
    shown = lines if whole or not ends else [*lines[: ends[0]], "  # ..."]
    return "\n".join([f"# {terminal(os.path.relpath(file.path))}", *map(terminal, shown)])


def _data(made: Import, written: bool) -> dict[str, Any]:
    from mailspec.render.as_json import report

    paths = [os.path.relpath(file.path).replace(os.sep, "/") for file in made.files]
    files = [{"path": path, "people": file.people} for path, file in zip(paths, made.files, strict=True)]
    return {**report(made.report), "people": len(made.people), "files": files, "written": written}
