"""``mailspec unlock``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import OPTIONS, ProjectOptions, in_project
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import can_ask, say
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import sentence
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("unlock")
@OPTIONS["auto_approve"]
@in_project("state", "limits", "machine")
@formats(*names_for())
@guarded
def command(auto_approve: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Remove a lock that a dead run left, and end what it left undone."""
    from mailspec.apply.unlock import lock_holder
    from mailspec.text.escape import terminal
    from mailspec.workflow.apply.history import release

    prepared = project.prepare()
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
    text = "\n".join(terminal(sentence(step)) for step in done)
    outputs.write(View(lambda _options: text, lambda: {"version": 1, "done": done}))
    return Exit.CLEAN
