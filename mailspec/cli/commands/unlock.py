"""``mailspec unlock``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, refuse, state_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.terminals import can_ask
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import sentence


@click.command("unlock")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@state_option
@limits_option
@formats("text", "json")
@common
@guarded
@stopping
def command(
    auto_approve: bool,
    state: str | None,
    limits: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Remove a lock that a dead run left, and end what it left undone."""
    from mailspec.apply.unlock import lock_holder
    from mailspec.text.escape import terminal
    from mailspec.workflow.apply.history import release
    from mailspec.workflow.apply.prepare import prepare
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits)
    prepared = prepare(workspace, state)
    lock = lock_holder(prepared.session)
    if lock is not None and not lock.dead and not auto_approve:
        say(f"The lock is held by {lock.holder}, which may still be at work.")
        if not can_ask():
            say("Refused (no-approval): there is no terminal to ask at. Add --auto-approve if that run is gone.")
            return Exit.REFUSED
        if not click.confirm("Take the lock away?", err=True):
            say("Declined; nothing was changed.")
            return Exit.REFUSED
    done = release(prepared)
    if isinstance(done, Refusal):
        return refuse(done)
    outputs.write({"text": lambda: "\n".join(terminal(sentence(told)) for told in done), "json": lambda: _json(done)})
    return Exit.CLEAN


def _json(done: list[str]) -> str:
    from mailspec.render.as_json import dump

    return dump({"version": 1, "done": done})
