"""``mailspec diff``."""

from __future__ import annotations

from datetime import date

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import OPTIONS, ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View


@click.command("diff")
@click.argument("revisions", metavar="BASE...HEAD | BASE")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where something changes.")
@OPTIONS["as_of"]
@OPTIONS["with_env"]
@in_project("all")
@formats(
    *names_for("findings", "effects"),
    verbose="Also show the long lists of who is meant.",
    quiet="Print nothing where nothing differs.",
)
@guarded
def command(
    revisions: str,
    detailed_exitcode: bool,
    as_of: date | None,
    with_env: bool,
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Say what a change means: who and what is affected, not which lines.

    BASE...HEAD compares from the merge base, as a pull request means it; BASE compares with the working tree.
    Everything is read from Git's objects; nothing is checked out. Exit 1 where the change brings errors.
    """
    from mailspec.render.difference_views import difference_data, difference_document, difference_text
    from mailspec.workflow.diff.diffing import diff

    compared = diff(revisions, project=project.project, environment=project.environment, as_of=as_of, with_env=with_env)
    difference = compared.difference

    def text(options: Options) -> str:
        if options.quiet and difference.is_empty:
            return ""
        return difference_text(difference, colour=options.colour, verbose=options.verbose)

    view = View(text, lambda: difference_data(difference), lambda: difference_document(difference, compared.report))
    outputs.write(view)
    if any(found.severity == "error" for found in difference.new_findings):
        return Exit.FINDINGS
    return Exit.PENDING if detailed_exitcode and not difference.is_empty else Exit.CLEAN
