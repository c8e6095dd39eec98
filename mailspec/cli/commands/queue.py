"""``mailspec queue``: list, show, retry, purge, stats."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import click

from mailspec.cli.formats import Outputs, formats, verbosity
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import is_terminal, out, say
from mailspec.outcome.delivery import Letter
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.delivery.store import Store

_STATES = ("queued", "waiting", "sent", "dead")
_MOST = 100


class Kept(NamedTuple):
    """Which of the messages that are kept: by what became of them, and by how many days ago that was."""

    sent: bool = False
    dead: bool = False
    waiting: bool = False
    older_than: float | None = None

    @property
    def states(self) -> list[str]:
        """The states that are meant."""
        waiting = ["queued", "waiting"] if self.waiting else []
        return [*(["sent"] if self.sent else []), *(["dead"] if self.dead else []), *waiting]


@click.group("queue")
def command() -> None:
    """Look at the queue, send dead letters again, and clear it."""


@command.command("list")
@click.option("--state-is", "states", multiple=True, type=click.Choice(_STATES), help="Only these (repeatable).")
@click.option("--dead", is_flag=True, help="Only dead letters.")
@click.option("--all", "everything", is_flag=True, help=f"All of them, not only the first {_MOST}.")
@click.option("--newest", is_flag=True, help="The newest first.")
@in_project("state")
@formats(*names_for())
@guarded
def list_(
    states: tuple[str, ...], dead: bool, everything: bool, newest: bool, project: ProjectOptions, outputs: Outputs
) -> int:
    """List messages, the oldest first: what waits and what died, unless --state-is says otherwise."""
    from mailspec.render.queue_json import messages_json
    from mailspec.render.queue_text import messages_text

    wanted = ("dead",) if dead else states or ("queued", "waiting", "dead")
    store = _store(project)
    listed = store.listed(wanted, None if everything else _MOST, newest) if store is not None else []
    total = store.count(wanted) if store is not None else 0
    view = View(
        lambda _options: messages_text(listed, total),
        lambda: {"version": 1, "messages": messages_json(listed), "total": total},
    )
    outputs.write(view)
    return Exit.CLEAN


@command.command("show")
@click.argument("id_", metavar="ID")
@click.option("--content", is_flag=True, help="Print the message itself, as it is sent.")
@in_project("state")
@formats(*names_for())
@guarded
def show(id_: str, content: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Show one message: who gets it, what was tried, what the server said, and what to do.

    ID is the beginning of an id, or a Message-ID.
    """
    from mailspec.delivery.bounces import bounces_of
    from mailspec.render.queue_json import message_json
    from mailspec.render.queue_text import message_text

    store = _store(project)
    message = _one(store, id_)
    if content:
        if not message.content:
            say("The message has been sent; its content is no longer kept.")
            return Exit.FINDINGS
        from mailspec.text.escape import terminal

        out(terminal(message.content.decode("utf-8", "backslashreplace").replace("\r\n", "\n"), lines=True))
        return Exit.CLEAN
    assert store is not None  # noqa: S101 - _one refuses where there is no queue
    bounces = bounces_of(store.database, [message.id]).get(message.id, [])
    view = View(lambda _options: message_text(message, time.time(), bounces), lambda: message_json(message, bounces))
    outputs.write(view)
    return Exit.CLEAN


@command.command("retry")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="All dead letters.")
@in_project("state")
@verbosity(quiet="Print nothing where it was done.")
@guarded
def retry(ids: tuple[str, ...], everything: bool, project: ProjectOptions, quiet: bool) -> int:
    """Give dead letters back to the queue. Recipients who have the message do not get it again."""
    from mailspec.workflow.project import UsageError

    if everything == bool(ids):
        raise UsageError("Give ids, or --all.")
    store = _store(project)
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
@takes(
    Kept,
    "kept",
    sent=click.option("--sent", is_flag=True, help="What has been sent."),
    dead=click.option("--dead", is_flag=True, help="Dead letters."),
    waiting=click.option("--waiting", is_flag=True, help="What has not been sent yet: nobody will get it."),
    older_than=click.option(
        "--older-than", metavar="DAYS", type=click.FloatRange(0), help="Only what has not changed for so long."
    ),
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_project("state")
@verbosity(quiet="Print nothing where it was done.")
@guarded
def purge(ids: tuple[str, ...], kept: Kept, yes: bool, project: ProjectOptions, quiet: bool) -> int:
    """Delete messages for good, and what is known of them. Asks first where they were not sent."""
    from mailspec.workflow.project import UsageError

    states = kept.states
    if not states and not ids:
        raise UsageError("Say what to delete: ids, --sent, --dead or --waiting.")
    store = _store(project)
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
    before = None if kept.older_than is None else time.time() - kept.older_than * 86400
    number = store.purge(states, before, chosen)
    if not quiet:
        out(f"{number} deleted.")
    return Exit.CLEAN


@command.command("bounces")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@in_project("state")
@formats(*names_for(), quiet="Print nothing where all was read.")
@guarded
def bounces(paths: tuple[str, ...], project: ProjectOptions, outputs: Outputs) -> int:
    """Read bounce mails, so that what came back counts in the bounce rate: each recipient of a message once.

    PATH is a file with one mail or many (mbox), a Maildir, a folder of files, or - for standard input. Nothing is
    changed or deleted there, and it may be read again.
    """
    from mailspec.cli.streams import piped
    from mailspec.render.queue_json import bounces_json
    from mailspec.render.queue_text import bounces_text
    from mailspec.workflow.delivery.bouncing import LARGEST, read_bounces

    store = _store(project)
    if store is None:
        say("There is no queue yet.")
        return Exit.CLEAN
    read = list(read_bounces(store.database, paths, lambda: piped(LARGEST)))
    reports = [one.report for one in read if one.report is not None]
    found = [(report.letter or "", bounce) for report in reports for bounce in report.bounces]
    kinds = [report.kind for report in reports]
    problems = [(one.place, one.problem) for one in read if one.report is None]
    summary = (found, kinds.count("other"), kinds.count("no_report"), problems)

    def text(options: Options) -> str:
        return "" if options.quiet and not problems else bounces_text(*summary)

    outputs.write(View(text, lambda: bounces_json(*summary)))
    return Exit.FINDINGS if problems else Exit.CLEAN


@command.command("stats")
@in_project("state")
@formats(*names_for("queue"), "prometheus")
@guarded
def stats(project: ProjectOptions, outputs: Outputs) -> int:
    """Count: sent, failed and bounced in 24 hours, queued, dead, average time; by configuration and mailing.

    The HTML page has a plot of the 24 hours, and the dead letters with their cure.
    """
    from mailspec.delivery.numbers import numbers
    from mailspec.outcome.queue import Counts, Numbers
    from mailspec.render.document import Document
    from mailspec.render.queue_json import numbers_json
    from mailspec.render.queue_metrics import numbers_prometheus
    from mailspec.render.queue_page import queue_document
    from mailspec.render.queue_text import numbers_text

    store = _store(project)
    counted = numbers(store.database) if store is not None else Numbers(time.time(), Counts(0, 0, 0, 0, None, 0))
    key = store.database.key if store is not None else {"instance": "", "environment": ""}

    def prometheus(_options: Options) -> str:
        return numbers_prometheus(counted, key["instance"], key["environment"]).rstrip("\n")

    def document() -> Document:
        dead = store.listed(("dead",), _MOST, newest=True) if store is not None else []
        return queue_document(counted, dead)

    own = {"prometheus": prometheus}
    outputs.write(View(lambda _options: numbers_text(counted), lambda: numbers_json(counted), document, own))
    return Exit.CLEAN


def _agreed(count: int) -> bool:
    if not is_terminal(sys.stdin):
        return False
    return click.confirm(f"Delete {count} messages that were not sent?", default=False, err=True)


def _store(project: ProjectOptions) -> Store | None:
    """Return the project's queue, ``None`` where there is none yet. The files need not be valid: people look here
    when something is wrong."""
    from mailspec.delivery.engine import Engine
    from mailspec.delivery.store import Store
    from mailspec.workflow.delivery.queues import database_of

    database = database_of(project.open().spec, project.state)
    return Store(database, Engine(database)) if database.exists else None


def _one(store: Store | None, word: str) -> Letter:
    from mailspec.workflow.project import UsageError

    found = store.find(word) if store is not None else []
    if not found:
        raise UsageError(f"No message's id begins with '{word}'. See mailspec queue list.")
    if len(found) > 1:
        raise UsageError(f"'{word}' can mean several: {', '.join(entry.id for entry in found)}.")
    return found[0]
