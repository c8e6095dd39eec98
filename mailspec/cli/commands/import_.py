"""``mailspec import``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.import_programs import import_programs, is_table
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.workflow.people.people_import import Import, Made
    from mailspec.workflow.people.people_merge import Change

_SHOWN = 3  # people of a preview


class Files(NamedTuple):
    """Which files are made, whether they are written, and whether who left the table leaves the project."""

    folder: str | None = None
    each: bool = False
    write: bool = False
    remove: bool = False


@click.command("import")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@takes(
    Files,
    "files",
    folder=click.option("--out", "folder", metavar="FOLDER", help="Where the files go. Default: users/."),
    each=click.option("--each", is_flag=True, help="A file a person instead of one a table."),
    write=click.option("--write", is_flag=True, help="Write the files. Default: show what would change."),
    remove=click.option(
        "--remove", is_flag=True, help="Take out who was imported from this table before and no longer stands in it."
    ),
)
@click.option(
    "--passwords",
    metavar="KIND:TEXT",
    help="Where programs' passwords go, with {name} for the configuration. Default: file:.mailspec/secrets/{name}.",
)
@click.option("--column", "columns", multiple=True, metavar="TITLE=NAME", help="Rename a column; TITLE= leaves it out.")
@in_project()
@formats(
    *names_for(),
    verbose="Show every file whole, not the start of the first.",
    quiet="Show no file, and only the findings.",
)
@guarded
def command(
    sources: tuple[str, ...],
    files: Files,
    passwords: str | None,
    columns: tuple[str, ...],
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Take over what is there: the settings of programs, or people from one table.

    A program is named by its file or its kind (postfix, msmtp, nullmailer, exim, ssmtp, gitea, grafana,
    alertmanager, synapse, compose, git, django, env), as in postfix, app.ini or env:/etc/default/app. Several become
    one project, which validates and changes nothing; passwords are stored apart.

    A table (CSV or .xlsx) has people: email, name, group, mode, password (a reference) and more. Who is declared
    already is changed in place; every other word and comment stays. Where a row is wrong nothing is written.
    """
    if not is_table(sources):
        return import_programs(sources, passwords, project, outputs, write=files.write)
    table = sources[0]
    from mailspec.render.as_text import report as report_text
    from mailspec.workflow.people.people_import import import_people, write

    if not all("=" in column for column in columns):
        say("--column wants TITLE=NAME, such as --column 'E-Mail=email'.")
        return Exit.USAGE
    renamed = {title.strip(): name.strip() for title, _, name in (column.partition("=") for column in columns)}
    made = import_people(
        table, files.folder, project=project.project, each=files.each, columns=renamed, remove=files.remove
    )
    failed = made.report.failed()
    written = False
    if files.write and not failed:
        refusal = write(made.files)
        if refusal is not None:
            return refuse(refusal)
        written = True
    new = [file for file in made.files if file.before is None]
    shown = () if outputs.quiet or failed or written else new[: None if outputs.verbose else 1]
    changes = [] if outputs.quiet or failed else list(_change_lines(made.changes, whole=outputs.verbose))

    def text(options: Options) -> str:
        found = report_text(made.report, colour=options.colour, verbose=options.verbose, quiet=options.quiet)
        parts = [found] if made.report.findings else []
        return "\n".join([*parts, *changes, *(_excerpt(file, options.verbose) for file in shown)])

    outputs.write(View(text, lambda: _data(made, written)))
    if outputs.printed == "text":
        if failed:
            say("Nothing was written. Fix the rows first.")
        elif not outputs.quiet:
            if made.left_out:
                say(f"Columns without a meaning here, left out: {', '.join(made.left_out)}.")
            say(_summary(made, written))
    return Exit.FINDINGS if failed else Exit.CLEAN


_SIGNS = {"changed": "~", "removed": "-", "missing": "!"}
_LINES = 20  # of changes, without -v


def _change_lines(changes: list[Change], *, whole: bool) -> Iterator[str]:
    """Say who changes, goes or is missing, a line each; who is new stands in the files."""
    from mailspec.text.escape import terminal

    there = [change for change in changes if change.kind != "added"]
    for change in there[: None if whole else _LINES]:
        words = ", ".join(change.fields)
        if change.kind == "missing":
            words = "no longer in the table; --remove takes the entry out" + (f", {words} with it" if words else "")
        elif change.kind == "removed":
            words = "removed" + (f", with {words} written by hand" if words else "")
        yield terminal(f"{_SIGNS[change.kind]} {change.email}: {words}")
    if len(there) > _LINES and not whole:
        yield f"... and {len(there) - _LINES} more (-v)"


def _summary(made: Import, written: bool) -> str:
    counts = Counter(change.kind for change in made.changes)
    same = len(made.people) - counts["added"] - counts["changed"]
    words = [f"{counts[kind]} {kind}" for kind in ("added", "changed", "removed") if counts[kind]]
    words += [f"{same} as declared"] if same else []
    count = ", ".join(words) or "nobody"
    number = f"{len(made.files)} file{'s' if len(made.files) != 1 else ''}"
    if not made.files:
        return f"{count}: nothing to write."
    return f"Wrote {number}: {count}." if written else f"{count}, in {number}. Write with --write."


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
    changes = [{"change": change.kind, "email": change.email, "fields": list(change.fields)} for change in made.changes]
    return {
        **report(made.report),
        "people": len(made.people),
        "files": files,
        "changes": changes,
        "columns_left_out": made.left_out,
        "written": written,
    }
