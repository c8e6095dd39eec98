"""``mailspec queue``: list, show, retry, purge, stats."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from mailspec.cli.applying import state_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, out, say
from mailspec.outcome.delivery import Letter
from mailspec.outcome.exits import Exit

if TYPE_CHECKING:
    from mailspec.delivery.store import Store

_STATES = ("queued", "waiting", "sent", "dead")
_MOST = 100


@click.group("queue")
def command() -> None:
    """Look at the queue, send dead letters again, and clear it."""


@command.command("list")
@click.option("--state-is", "states", multiple=True, type=click.Choice(_STATES), help="Only these (repeatable).")
@click.option("--dead", is_flag=True, help="Only dead letters.")
@click.option("--all", "everything", is_flag=True, help=f"All of them, not only the first {_MOST}.")
@click.option("--newest", is_flag=True, help="The newest first.")
@state_option
@formats("text", "json")
@common
@guarded
@stopping
def list_(
    states: tuple[str, ...],
    dead: bool,
    everything: bool,
    newest: bool,
    state: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """List messages, the oldest first: what waits and what died, unless --state-is says otherwise."""
    from mailspec.render.as_json import dump
    from mailspec.render.queue import messages_json, messages_text

    wanted = ("dead",) if dead else states or ("queued", "waiting", "dead")
    store = _store(project, environment, state)
    held = store.listed(wanted, None if everything else _MOST, newest) if store is not None else []
    total = store.count(wanted) if store is not None else 0
    outputs.write(
        {
            "text": lambda: messages_text(held, total),
            "json": lambda: dump({"version": 1, "messages": messages_json(held), "total": total}),
        }
    )
    return Exit.CLEAN


@command.command("show")
@click.argument("id_", metavar="ID")
@click.option("--content", is_flag=True, help="Print the message itself, as it is sent.")
@state_option
@formats("text", "json")
@common
@guarded
@stopping
def show(
    id_: str,
    content: bool,
    state: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show one message: who gets it, what was tried, what the server said, and what to do.

    ID is the beginning of an id, or a Message-ID.
    """
    from mailspec.render.as_json import dump
    from mailspec.render.queue import message_text, messages_json

    held = _one(_store(project, environment, state), id_)
    if content:
        if not held.content:
            say("The message has been sent; its content is no longer kept.")
            return Exit.FINDINGS
        from mailspec.text.escape import terminal

        out(terminal(held.content.decode("utf-8", "backslashreplace").replace("\r\n", "\n"), lines=True))
        return Exit.CLEAN
    outputs.write(
        {
            "text": lambda: message_text(held, time.time()),
            "json": lambda: dump({"version": 1, **messages_json([held])[0]}),
        }
    )
    return Exit.CLEAN


@command.command("retry")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="All dead letters.")
@state_option
@common
@guarded
@stopping
def retry(
    ids: tuple[str, ...],
    everything: bool,
    state: str | None,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Give dead letters back to the queue. Recipients who have the message do not get it again."""
    from mailspec.workflow.project import UsageError

    if everything == bool(ids):
        raise UsageError("Give ids, or --all.")
    store = _store(project, environment, state)
    if everything:
        again = store.again() if store is not None else []
    else:
        letters = [_one(store, word) for word in ids]
        for letter in letters:
            if letter.state != "dead":
                raise UsageError(f"{letter.id} is no dead letter: it is {letter.state}.")
        assert store is not None  # noqa: S101 - _one refuses where there is no queue
        again = store.again([letter.id for letter in letters])
    if not quiet:
        out(f"{len(again)} given back to the queue.")
    return Exit.CLEAN


@command.command("purge")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--sent", is_flag=True, help="What has been sent.")
@click.option("--dead", is_flag=True, help="Dead letters.")
@click.option("--waiting", is_flag=True, help="What has not been sent yet: nobody will get it.")
@click.option("--older-than", metavar="DAYS", type=click.FloatRange(0), help="Only what has not changed for so long.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@state_option
@common
@guarded
@stopping
def purge(
    ids: tuple[str, ...],
    sent: bool,
    dead: bool,
    waiting: bool,
    older_than: float | None,
    yes: bool,
    state: str | None,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Delete messages for good, and what is known of them. Asks first where they were not sent."""
    from mailspec.workflow.project import UsageError

    states = [*(["sent"] if sent else []), *(["dead"] if dead else []), *(["queued", "waiting"] if waiting else [])]
    if not states and not ids:
        raise UsageError("Say what to delete: ids, --sent, --dead or --waiting.")
    store = _store(project, environment, state)
    if store is None:
        say("There is no queue yet.")
        return Exit.CLEAN
    chosen = [_one(store, word).id for word in ids] or None
    states = states or list(_STATES)
    unsent = [word for word in states if word != "sent"]
    count = len(chosen) if chosen is not None else store.count(unsent) if unsent else 0
    if count and unsent and not yes and not _agreed(count):
        say("Nothing was deleted. Where nobody can be asked, give --yes.")
        return Exit.REFUSED
    before = None if older_than is None else time.time() - older_than * 86400
    number = store.purge(states, before, chosen)
    if not quiet:
        out(f"{number} deleted.")
    return Exit.CLEAN


@command.command("stats")
@state_option
@formats("text", "json", "prometheus")
@common
@guarded
@stopping
def stats(
    state: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Count: sent, failed and bounced in 24 hours, queued, dead, average time; by configuration and mailing."""
    from mailspec.delivery.numbers import numbers
    from mailspec.outcome.queue import Counts, Numbers
    from mailspec.render.as_json import dump
    from mailspec.render.queue import numbers_json, numbers_prometheus, numbers_text

    store = _store(project, environment, state)
    held = numbers(store.database) if store is not None else Numbers(time.time(), Counts(0, 0, 0, 0, None, 0))
    key = store.database.key if store is not None else {"instance": "", "environment": ""}
    outputs.write(
        {
            "text": lambda: numbers_text(held),
            "json": lambda: dump(numbers_json(held)),
            "prometheus": lambda: numbers_prometheus(held, key["instance"], key["environment"]).rstrip("\n"),
        }
    )
    return Exit.CLEAN


def _agreed(count: int) -> bool:
    import sys

    from mailspec.cli.terminals import is_terminal

    if not is_terminal(sys.stdin):
        return False
    return click.confirm(f"Delete {count} messages that were not sent?", default=False, err=True)


def _store(project: str | None, environment: str | None, state: str | None) -> Store | None:
    """Return the project's queue, ``None`` where there is none yet. The files need not be valid: people look here
    when something is wrong."""
    from mailspec.delivery.engine import Engine
    from mailspec.delivery.store import Store
    from mailspec.workflow.delivery.queues import database_of
    from mailspec.workflow.workspace import open_workspace

    database = database_of(open_workspace(project, environment).spec, state)
    return Store(database, Engine(database)) if database.exists else None


def _one(store: Store | None, word: str) -> Letter:
    from mailspec.workflow.project import UsageError

    found = store.find(word) if store is not None else []
    if not found:
        raise UsageError(f"No message's id begins with '{word}'. See mailspec queue list.")
    if len(found) > 1:
        raise UsageError(f"'{word}' can mean several: {', '.join(entry.id for entry in found)}.")
    return found[0]
