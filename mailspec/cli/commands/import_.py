"""``mailspec import``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.workflow.people.people_import import Import, Made

_SHOWN = 3  # people of a preview


class Files(NamedTuple):
    """Which files are made, and whether they are written over others."""

    folder: str | None = None
    each: bool = False
    write: bool = False
    force: bool = False


@click.command("import")
@click.argument("table", metavar="PEOPLE.CSV")
@takes(
    Files,
    "files",
    folder=click.option("--out", "folder", metavar="FOLDER", help="Where the files go. Default: users/."),
    each=click.option("--each", is_flag=True, help="A file a person instead of one a table."),
    write=click.option("--write", is_flag=True, help="Write the files. Default: show what would be written."),
    force=click.option("--force", is_flag=True, help="Overwrite files that are there."),
)
@click.option("--column", "columns", multiple=True, metavar="TITLE=NAME", help="Rename a column; TITLE= leaves it out.")
@in_project()
@formats(
    *names_for(),
    verbose="Show every file whole, not the start of the first.",
    quiet="Show no file, and only the findings.",
)
@guarded
def command(table: str, files: Files, columns: tuple[str, ...], project: ProjectOptions, outputs: Outputs) -> int:
    """Make people's files from a table: email, name, mode, username, from, password (a reference) and more.

    Where a row is wrong nothing is written.
    """
    from mailspec.render.as_text import report as report_text
    from mailspec.workflow.people.people_import import import_people, write

    if not all("=" in column for column in columns):
        say("--column wants TITLE=NAME, such as --column 'E-Mail=email'.")
        return Exit.USAGE
    renamed = {title.strip(): name.strip() for title, _, name in (column.partition("=") for column in columns)}
    made = import_people(table, files.folder, project=project.project, each=files.each, columns=renamed)
    failed = made.report.failed()
    written = False
    if files.write and not failed:
        refusal = write(made.files, force=files.force)
        if refusal is not None:
            return refuse(refusal)
        written = True
    shown = () if outputs.quiet or failed or written else made.files[: None if outputs.verbose else 1]

    def text(options: Options) -> str:
        found = report_text(made.report, colour=options.colour, verbose=options.verbose, quiet=options.quiet)
        parts = [found] if made.report.findings else []
        return "\n".join([*parts, *(_excerpt(file, options.verbose) for file in shown)])

    outputs.write(View(text, lambda: _data(made, written)))
    if outputs.printed == "text":
        if failed:
            say("Nothing was written. Fix the rows first.")
        elif not outputs.quiet:
            count = f"{len(made.people)} {'person' if len(made.people) == 1 else 'people'}"
            number = f"{len(made.files)} file{'s' if len(made.files) != 1 else ''}"
            say(f"Wrote {count} into {number}." if written else f"{count}, {number}. Write with --write.")
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
