"""``mailspec diff``."""

from __future__ import annotations

from datetime import date

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import as_of_option, common, guarded
from mailspec.outcome.exits import Exit


@click.command("diff")
@click.argument("revisions", metavar="BASE...HEAD | BASE")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where something changes.")
@as_of_option
@formats("text", "json", "sarif", "github", "github-summary", "gitlab", "junit", "markdown", "html")
@common
@guarded
def command(
    revisions: str,
    detailed_exitcode: bool,
    as_of: date | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Say what a change means: who and what is affected, not which lines.

    BASE...HEAD compares from the merge base, as a pull request means it; BASE compares with the working tree.
    Everything is read from Git's objects; nothing is checked out. Exit 1 where the change brings errors.
    """
    from mailspec.render.as_json import dump
    from mailspec.render.difference import difference_data, difference_document, difference_text
    from mailspec.workflow.diff.diffing import diff

    compared = diff(revisions, project=project, environment=environment, as_of=as_of)
    difference = compared.difference
    colour = outputs.coloured
    outputs.write(
        {
            "text": lambda: (
                "" if quiet and difference.is_empty else difference_text(difference, colour=colour, verbose=verbose)
            ),
            "json": lambda: dump(difference_data(difference)),
        },
        lambda: difference_document(difference, compared.report),
    )
    if any(found.severity == "error" for found in difference.new_findings):
        return Exit.FINDINGS
    return Exit.PENDING if detailed_exitcode and not difference.is_empty else Exit.CLEAN
