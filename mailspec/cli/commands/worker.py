"""``mailspec worker``."""

from __future__ import annotations

import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import verbosity
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit

if TYPE_CHECKING:
    from mailspec.delivery.events import Event

# Said of every message only with -v: a log of millions of lines helps nobody.
_OFTEN = frozenset({"sent", "waiting"})


@click.command("worker")
@click.option(
    "--connections", type=click.IntRange(1, 64), default=4, show_default=True, help="Connections to servers at a time."
)
@click.option("--log", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the log.")
@in_project("acts", "base", "state", "limits")
@verbosity("Also log each message that is sent or waits.", "Do not log the start and the end.")
@guarded
def command(connections: int, log: str, project: ProjectOptions, verbose: bool, quiet: bool) -> int:
    """Send what is in the queue, until SIGTERM or Ctrl-C; what is under way then is finished first.

    Several workers may run: on one machine with SQLite, on several with PostgreSQL. Changed files are read as they
    change; a program that they did not name at the start (a secret's command) is run only where limits name it.
    """
    from mailspec.apply.signals import handled
    from mailspec.workflow.delivery.working import work

    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def tell(event: Event) -> None:
        if (event.kind in _OFTEN and not verbose) or (quiet and event.kind in ("started", "overridden", "stopped")):
            return
        say(_json(event) if log == "json" else f"{event.kind.replace('_', ' ')}: {event.message}")

    with handled(("SIGTERM", "SIGINT", "SIGHUP"), end):
        work(
            project.project,
            project.environment,
            state=project.state,
            limits=project.limits,
            base=project.revision(),
            connections=connections,
            tell=tell,
            stop=stop,
        )
    return Exit.CLEAN


def _json(event: Event) -> str:
    import json
    from datetime import UTC, datetime

    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": at, "kind": event.kind, "message": event.message, **event.fields})
