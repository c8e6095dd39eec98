"""``mailspec migrate``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.options import OFFLINE


@click.group("migrate")
def command() -> None:
    """Rewrite files for what a provider retires."""


_NOTHING = {False: "Nothing to change.", True: "Nothing was changed."}


@command.command("office365")
@click.option("--client-id", required=True, help="The registered application's id (mailspec login --setup microsoft).")
@click.option("--tenant", required=True, help="The organisation's domain or tenant id.")
@click.option("-C", "--check", is_flag=True, help="Only say what would change.")
@in_project()
@formats(*names_for())
@guarded
def office365(client_id: str, tenant: str, check: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Change accounts at Microsoft 365 from a password to sign-in by token.

    Configurations and people with a password of their own get method xoauth2 and oauth; comments and all else stay.
    """
    from mailspec.workflow.reference.migration import migration, write

    files = migration(project.open(OFFLINE), client_id, tenant)
    failed = {file.name: file.reason for file in files if file.reason} if check else write(files)
    for name, reason in failed.items():
        say(f"{name} is as it was: {reason}.")
    accounts = [name for file in files if file.name not in failed for name in file.accounts]
    verb = "Would change" if check else "Changed"
    lines = [f"{verb} {len(accounts)} in {len(files) - len(failed)} files." if accounts else _NOTHING[bool(failed)]]
    lines += [f"  {file.name}: {', '.join(file.accounts)}" for file in files if file.name not in failed]
    if accounts and not check:
        lines.append("Sign in next: mailspec login NAME. The passwords' own places can be cleared then.")
    data = {"version": 1, "written": not check, "files": [file.name for file in files], "accounts": accounts}
    outputs.write(View(lambda _options: "\n".join(lines), lambda: data))
    return Exit.FINDINGS if failed else Exit.CLEAN
