"""``mailspec import``."""

from __future__ import annotations

import os

import click

from mailspec.cli.applying import refuse
from mailspec.cli.options import common, formats, guarded, out, say, use_colour
from mailspec.outcome.exits import Exit

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
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Make people's files from a table: email, name, mode, username, from, password (a reference) and more.

    Where a row is wrong nothing is written.
    """
    from mailspec.workflow.importing import import_people, write

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
    if format_ == "json":
        from mailspec.render.as_json import dump
        from mailspec.render.as_json import report as report_data

        paths = [os.path.relpath(file.path).replace(os.sep, "/") for file in made.files]
        files = [{"path": path, "people": file.people} for path, file in zip(paths, made.files, strict=True)]
        out(dump({**report_data(made.report), "people": len(made.people), "files": files, "written": written}))
        return Exit.FINDINGS if failed else Exit.CLEAN
    if made.report.findings:
        from mailspec.render.as_text import report as report_text

        out(report_text(made.report, colour=use_colour(), verbose=verbose, quiet=quiet))
    if failed:
        say("Nothing was written. Mend the rows first.")
        return Exit.FINDINGS
    if not quiet:
        from mailspec.text.escape import terminal

        if not written:
            for file in made.files[: None if verbose else 1]:
                lines = file.text.splitlines()
                ends = [number for number, line in enumerate(lines) if line.startswith("  - ")][_SHOWN : _SHOWN + 1]
                shown = lines if verbose or not ends else [*lines[: ends[0]], "  # ..."]
                out("\n".join([f"# {terminal(os.path.relpath(file.path))}", *map(terminal, shown)]))
        count = f"{len(made.people)} {'person' if len(made.people) == 1 else 'people'}"
        files_ = f"{len(made.files)} file{'s' if len(made.files) != 1 else ''}"
        say(f"Wrote {count} into {files_}." if written else f"{count}, {files_}. Write with --write.")
    return Exit.CLEAN
