"""``mailspec history``."""

from __future__ import annotations

import time

import click

from mailspec.cli.applying import limits_option, state_option, stopping
from mailspec.cli.options import common, formats, guarded, out
from mailspec.outcome.exits import Exit


@click.command("history")
@click.option("--last", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many entries.")
@state_option
@limits_option
@formats("text", "json")
@common
@guarded
@stopping
def command(
    last: int,
    state: str | None,
    limits: str | None,
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List earlier applies, the newest first."""
    from mailspec.render.as_json import dump
    from mailspec.text.escape import terminal
    from mailspec.workflow.past import entries
    from mailspec.workflow.prepare import prepare

    held = entries(prepare(project, environment, state, limits=limits), last)
    if format_ == "json":
        out(
            dump(
                [
                    {
                        "id": e.id,
                        "at": e.at,
                        "who": e.who,
                        "commit": e.commit,
                        "status": e.status,
                        "serial": e.serial,
                        "plan": e.plan,
                        "changes": e.changes,
                        "tests": e.tests,
                    }
                    for e in held
                ]
            )
        )
        return Exit.CLEAN
    if not held:
        out("Nothing has been applied yet.")
    for entry in held:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(entry.at))
        commit = f", commit {entry.commit[:12]}" if entry.commit else ""
        count = f"{len(entry.changes)} change{'' if len(entry.changes) == 1 else 's'}"
        out(f"{entry.id:>4}  {when} UTC  {entry.status:<8}  {count}, by {terminal(entry.who)}{commit}")
        if verbose:
            for change in entry.changes:
                out(f"      {change['action']} {terminal(change['name'])} in {terminal(change['target'])}")
    return Exit.CLEAN
