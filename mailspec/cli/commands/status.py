"""``mailspec status``."""

from __future__ import annotations

import time

import click

from mailspec.cli.applying import limits_option, state_option, stopping
from mailspec.cli.options import common, formats, guarded, line, out, use_colour
from mailspec.outcome.exits import Exit


@click.command("status")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 7 where the files differ from what is applied.")
@state_option
@limits_option
@formats("text", "json")
@common
@guarded
@stopping
def command(
    detailed_exitcode: bool,
    state: str | None,
    limits: str | None,
    format_: str,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what is applied, and whether it differs from the files."""
    from mailspec.render.as_json import dump
    from mailspec.render.plan_json import plan_data
    from mailspec.render.plan_text import plan_text
    from mailspec.workflow.past import status
    from mailspec.workflow.prepare import prepare

    prepared = prepare(project, environment, state, limits=limits)
    held = status(prepared)
    if format_ == "json":
        last = held.last
        out(
            dump(
                {
                    "version": 1,
                    "instance": prepared.spec.instance_id,
                    "environment": environment,
                    "active": held.active,
                    "serial": held.serial,
                    "last": None
                    if last is None
                    else {"id": last.id, "at": last.at, "who": last.who, "commit": last.commit},
                    "differs": bool(held.pending.changes),
                    "pending": plan_data(held.pending)["changes"],
                    "unfinished": held.unfinished,
                    "locked_by": None if held.lock is None else held.lock.holder,
                    "non_authenticated": held.unauthenticated,
                }
            )
        )
    else:
        where = f"{prepared.spec.instance_id}{f' ({environment})' if environment else ''}"
        if held.last is None:
            line(f"{where}: nothing has been applied yet.")
        else:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(held.last.at))
            line(f"{where}: active is {held.active or 'nothing: mail is off'}.")
            line(f"Last apply: {held.last.id}, {when} UTC by {held.last.who}, {held.last.status}.")
        if held.lock is not None:
            line(f"Locked by {held.lock.holder}{', which is gone: mailspec unlock' if held.lock.dead else ''}.")
        if held.unfinished:
            line(f"Unfinished: {held.unfinished}.")
        shown = ", ".join(held.unauthenticated[:5]) + (" ..." if len(held.unauthenticated) > 5 else "")
        if held.unauthenticated:
            line(f"Non-Authenticated: {len(held.unauthenticated)} ({shown}).")
        if held.pending.changes:
            line("The files differ from what is applied:")
            out(plan_text(held.pending, held.notes, fields=verbose, colour=use_colour()))
        else:
            line("The files and what is applied are the same.")
    return Exit.PENDING if detailed_exitcode and held.pending.changes else Exit.CLEAN
