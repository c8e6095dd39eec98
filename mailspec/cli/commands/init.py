"""``mailspec init``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.import_programs import import_programs
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import is_terminal, say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.importing.answers import Choices
from mailspec.workflow.project import UsageError

if TYPE_CHECKING:
    from mailspec.workflow.reference.starting import Started


@click.command("init")
@click.argument("folder", required=False, metavar="[DIR]")
@takes(
    Choices,
    "choices",
    provider=click.option("--provider", metavar="NAME", help="The mail provider (mailspec providers), or a host."),
    sender=click.option("--sender", metavar="ADDRESS", help="The address that mail comes from."),
    username=click.option("--username", metavar="TEXT", help="The user name. Default: what the provider wants."),
    application=click.option("--application", metavar="NAME", help="A program to configure: a preset, postfix, msmtp."),
    path=click.option("--path", metavar="FILE", help="The application's file."),
    people=click.option("--person", "people", multiple=True, metavar="ADDRESS", help="A person (repeatable)."),
    sources=click.option(
        "--import", "sources", multiple=True, metavar="SOURCE", help="Take over a program's settings (repeatable)."
    ),
)
@click.option(
    "--ask/--no-ask", default=None, help="Ask for what is not given. Default: at a terminal, without options."
)
@in_project()
@formats(*names_for(), quiet="Leave out the next steps.")
@guarded
def command(folder: str | None, choices: Choices, ask: bool | None, project: ProjectOptions, outputs: Outputs) -> int:
    """Create a project in DIR (default: here): a working starter, or one for what is chosen or taken over.

    Files that exist are never overwritten.
    """
    from mailspec.workflow.reference.starting import ExistsError, start

    where = folder or project.project or "."
    at_terminal = is_terminal(sys.stdin) and is_terminal(sys.stderr) and outputs.printed == "text"
    if ask or (ask is None and at_terminal and choices == Choices() and not outputs.quiet):
        from mailspec.cli.questions import ask_for

        choices = ask_for(choices)
    _require_owner(choices)
    if choices.sources and not choices.any_made:
        os.makedirs(where, exist_ok=True)
        return import_programs(choices.sources, None, project._replace(project=where), outputs, write=True)
    try:
        entry = start(where) if not choices.any_made else _made(where, choices, outputs)
    except ExistsError as error:
        say(f"{error} Choose another folder: mailspec init DIR")
        return Exit.REFUSED
    if entry is None:
        return Exit.FINDINGS
    if choices.sources:
        return import_programs(choices.sources, None, project._replace(project=where), outputs, write=True)
    _say(where, entry, outputs, starter=not choices.any_made)
    return Exit.CLEAN


def _require_owner(choices: Choices) -> None:
    """Refuse an answer that nothing would take.

    Raises:
        UsageError: the option that it belongs to is missing.
    """
    for flag, value, owner, given in (
        ("--sender", choices.sender, "--provider", choices.provider),
        ("--username", choices.username, "--provider", choices.provider),
        ("--path", choices.path, "--application", choices.application),
    ):
        if value and not given:
            raise UsageError(f"{flag} belongs to {owner}, which is not given.")


def _made(where: str, choices: Choices, outputs: Outputs) -> Started | None:
    """Write the files for the answers; print the findings and return nothing where they would not validate."""
    from mailspec.render.as_json import report as report_data
    from mailspec.render.as_text import report as report_text
    from mailspec.workflow.importing.choosing import choose, write

    made = choose(where, choices)
    if not made.report.failed():
        return write(where, made)
    outputs.write(
        View(
            lambda options: report_text(made.report, colour=options.colour, verbose=options.verbose, quiet=False),
            lambda: report_data(made.report),
        )
    )
    say("Nothing was written: these answers do not validate.")
    return None


def _say(where: str, entry: Started, outputs: Outputs, *, starter: bool) -> None:
    from mailspec.text.escape import terminal

    made = (("Created", entry.created), ("Added a line to", entry.changed))
    lines = [f"{verb} {os.path.normpath(os.path.join(where, name))}" for verb, names in made for name in names]
    steps = [] if outputs.quiet else [_next_steps(where, starter=starter)]
    view = View(
        lambda _options: "\n".join([*map(terminal, lines), *steps]),
        lambda: {"version": 1, "created": list(entry.created), "changed": list(entry.changed)},
    )
    outputs.write(view)


def _next_steps(where: str, *, starter: bool) -> str:
    inside = "" if os.path.normpath(where) == "." else f"  cd {where}\n"
    first = (
        "Put your server and addresses into the two files." if starter else "Read the files: they hold your answers."
    )
    return (
        "\nNext:\n"
        f"{inside}"
        f"  1. {first}\n"
        "  2. mailspec validate            checks the files, without network or password\n"
        "  3. export SMTP_PASSWORD=...     or name another place for it\n"
        "  4. mailspec test --to ADDRESS   sends a real message, applies nothing\n"
        "  5. mailspec plan                shows what an apply would change\n"
        "  6. mailspec apply               makes the change and proves it\n"
        "In a pipeline the state belongs outside the checkout: set MAILSPEC_STATE_URL."
    )
