"""One process of a queue, for tests that kill it: a worker or a writer with accounts given as JSON, without a project.

``python -m tools.queue.process URL worker SETTINGS``, or ``... URL writer FIRST COUNT CHUNK``
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from mailspec.delivery.database import Database, queue_url
from mailspec.delivery.engine import Engine
from mailspec.delivery.events import Event
from mailspec.delivery.letters import NewLetter, letter_id
from mailspec.delivery.limits import Limits
from mailspec.delivery.reach import Reach
from mailspec.delivery.retry import RetryPolicy
from mailspec.delivery.routes import Route, Way
from mailspec.delivery.store import Store
from mailspec.delivery.worker import Worker
from mailspec.mail.account import Account
from mailspec.outcome.delivery import Letter
from mailspec.outcome.refusal import Refusal
from mailspec.state.errors import StateError
from mailspec.state.url import parse_url

T = TypeVar("T")
SENDER = "noreply@acme.example"


def store(url: str) -> Store:
    parsed = parse_url(url, Path("/"))
    assert not isinstance(parsed, Refusal)
    database = Database(queue_url(parsed), "acme", None)
    return Store(database, Engine(database))


def new_letter(number: int, to: tuple[str, ...] | None = None, key: str | None = None) -> NewLetter:
    id = letter_id(key or f"test {number}")
    message_id = f"<{id}@acme.example>"
    content = f"From: {SENDER}\r\nTo: r{number}@out.example\r\nSubject: number {number}\r\nMessage-ID: {message_id}\r\n"
    return NewLetter(
        id=id,
        kind="standard",
        sender="configuration:first",
        configuration="first",
        origin="active",
        message_id=message_id,
        subject=f"number {number}",
        envelope_from=SENDER,
        recipients=to or (f"r{number}@out.example",),
        content=(content + "\r\nhello\r\n").encode(),
    )


class Given:
    """Routes from JSON: ``{"ways": [{"name", "port", ...}], "retry": {...}, "reach": {...}}``."""

    def __init__(self, settings: dict[str, Any]) -> None:
        timeout = float(settings.get("timeout", 5.0))
        ways = tuple(
            Way(
                entry["name"],
                Account(entry["name"], "127.0.0.1", entry["port"], "none", from_email=SENDER, timeout=timeout),
                Limits(**entry.get("limits", {})),
            )
            for entry in settings["ways"]
        )
        reach = settings.get("reach", {})
        held = Reach(
            reach.get("environment"), reach.get("redirect_to"), reach.get("allowed") and tuple(reach["allowed"])
        )
        self._route = Route(ways, "test", held, RetryPolicy(**settings.get("retry", {})))

    def route(self, letter: Letter) -> Route:  # noqa: ARG002
        return self._route


def write(held: Store, first: int, count: int, chunk: int) -> None:
    for start in range(first, first + count, chunk):
        letters = [new_letter(number) for number in range(start, min(start + chunk, first + count))]
        accepted = _surely(lambda: held.accept(letters, limit=10_000_000))  # noqa: B023 - called at once
        assert not isinstance(accepted, Refusal), accepted
        for entry in letters:
            print(entry.message_id, flush=True)


def _surely(accept: Callable[[], T]) -> T:
    """Try again while the database is away: what was accepted unheard is recognised by its id."""
    while True:
        try:
            return accept()
        except StateError:
            time.sleep(0.5)


def main() -> None:
    url, role, *rest = sys.argv[1:]
    held = store(url)
    if role == "writer":
        write(held, *map(int, rest))
        return
    settings = json.loads(rest[0])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def tell(line: str) -> None:
        # In one write: several threads tell.
        sys.stdout.write(line)
        sys.stdout.flush()

    work(held, settings, tell, stop)


def work(held: Store, settings: dict[str, Any], tell: Callable[[str], None], stop: threading.Event) -> None:
    """Be a worker until ``stop`` is set; its events are told as lines of JSON."""

    def report(event: Event) -> None:
        tell(json.dumps({"kind": event.kind, "message": event.message}) + "\n")

    times = {name: settings[name] for name in ("look", "back", "pause") if name in settings}
    Worker(held, Given(settings), report, connections=settings.get("connections", 8), **times).run(stop)


if __name__ == "__main__":
    main()
