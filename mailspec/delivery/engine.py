"""The durable engine behind the queue: DBOS Transact, used through this module only.

It keeps one task for each turn of a message, hands each to one worker, and gives it to another one where that worker
died. What the tasks do is ours (:mod:`mailspec.delivery.carrier`). Facts about DBOS 3.4 that this module is built on:

- Only workers of the same ``application_version`` take or recover a task, so it is a constant here.
- A worker recovers its own tasks only, by ``executor_id``: each worker has an id of its own, and
  :mod:`mailspec.delivery.peers` hands on what a dead one left.
- Its default serializer is pickle; ours is JSON, and a task holds nothing but an id and a number.
- Finished tasks are kept for ever: :meth:`Engine.prune` deletes them.
- A task is started by polling, at most as many a poll as a worker may have: so a worker takes more than it has
  connections, and what it took waits for one.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection

from mailspec.delivery.database import Database
from mailspec.state.errors import StateError

VERSION = "mailspec-queue-1"
SCHEMA = "mailspec_engine"
# How many tasks one worker takes at most: enough to keep its connections busy from one poll to the next.
TAKEN = 64
POLL = 0.1  # seconds
_NAME = "mailspec"
_DELIVER = "deliver"
# A task that took its worker down this many times is not tried again.
_MOST_RECOVERIES = 10
_BATCH = 1000

Work = Callable[[str, int], None]


class GivenUp(NamedTuple):
    """A task that ended without its message being settled; ``deadly`` ones took down one worker after the other."""

    task: str
    letter: str
    run: int
    deadly: bool


class Engine:
    """The tasks of one queue."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def prepare(self) -> None:
        """Make the engine's tables, where there are none. Raises ``StateError``."""
        if self._prepared():
            return
        # In a process of its own, because the engine has one instance a process, which an application that only sends
        # may be using itself. The URL goes over standard input: arguments can be seen by everybody.
        url = self.database.url
        address = f"sqlite:///{url.path}" if url.path is not None else url.url.reveal()
        made = subprocess.run(
            [sys.executable, "-I", "-m", "mailspec.delivery.prepare"],
            input=address.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if made.returncode != 0:
            message = f"{url.display}: the queue's tables cannot be made"
            raise StateError("queue-engine", message, "check the database and the right to create tables in it")

    def _prepared(self) -> bool:
        from sqlalchemy import inspect

        schema = None if self.database.is_sqlite else SCHEMA
        with self.database.read() as connection:
            return inspect(connection).has_table("workflow_status", schema=schema)

    @cached_property
    def _client(self) -> Any:
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        quiet()
        return DBOSClient(
            system_database_engine=self.database.engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_NAME,
            retry_connection_errors=False,
        )

    def enqueue(self, connection: Connection, letter: str, run: int, delay: float | None = None) -> None:
        """Add one turn of a message within the caller's transaction; ``delay`` is in seconds from now.

        Adding the same turn twice adds it once.
        """
        options: dict[str, Any] = {
            "workflow_name": _DELIVER,
            "queue_name": self.database.queue,
            "workflow_id": f"{letter}#{run}",
            "app_version": VERSION,
        }
        if delay is not None and delay > 0:
            options["delay_seconds"] = delay
        self._client.enqueue_in_transaction(connection, options, letter, run)

    def start(self, executor: str, work: Work) -> None:
        """Take tasks and do them in threads, until :meth:`stop`. One engine a process can be started."""
        from dbos import DBOS

        quiet()

        @DBOS.workflow(name=_DELIVER, max_recovery_attempts=_MOST_RECOVERIES)
        def deliver(letter: str, run: int) -> None:
            work(letter, run)

        DBOS(config=config(self.database, executor))
        DBOS.listen_queues([self.database.queue])
        DBOS.launch()
        DBOS.register_queue(
            self.database.queue, worker_concurrency=TAKEN, polling_interval_sec=POLL, on_conflict="always_update"
        )

    def stop(self, seconds: float) -> None:
        """Take no more tasks, and wait for those begun."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=round(seconds))

    def owners(self) -> set[str]:
        """Return the executors that have tasks under way."""
        rows = self._client.list_workflows(
            status="PENDING", queue_name=self.database.queue, load_input=False, load_output=False
        )
        return {row.executor_id for row in rows if row.executor_id}

    def take_over(self, executor: str) -> int:
        """Give the tasks of a dead executor back to the queue, and return how many those were.

        Only for whoever holds that executor's lock: it must neither run nor be taken over twice.
        """
        rows = self._client.list_workflows(
            status="PENDING",
            queue_name=self.database.queue,
            executor_id=executor,
            load_input=False,
            load_output=False,
        )
        ids = [row.workflow_id for row in rows]
        for start in range(0, len(ids), _BATCH):
            self._client.resume_workflows(ids[start : start + _BATCH], queue_name=self.database.queue)
        return len(ids)

    def given_up(self) -> list[GivenUp]:
        """Return a batch of the tasks that the engine itself gave up, oldest first."""
        rows = self._client.list_workflows(
            status=["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            queue_name=self.database.queue,
            load_input=False,
            load_output=False,
            limit=_BATCH,
        )
        return [_given_up(row.workflow_id, row.status) for row in rows]

    def forget(self, tasks: Sequence[str]) -> None:
        """Delete tasks that are over."""
        if tasks:
            self._client.delete_workflows(list(tasks))

    def prune(self) -> int:
        """Delete a batch of finished tasks, and return how many: the messages themselves are in our table."""
        rows = self._client.list_workflows(
            status="SUCCESS", queue_name=self.database.queue, load_input=False, load_output=False, limit=_BATCH
        )
        self.forget([row.workflow_id for row in rows])
        return len(rows)

    def close(self) -> None:
        """Let go of what was opened to add tasks."""
        if "_client" in self.__dict__:
            self._client.destroy()


def _given_up(task: str, status: str) -> GivenUp:
    letter, _, run = task.rpartition("#")
    return GivenUp(task, letter, int(run) if run.isdigit() else 0, status.startswith("MAX_"))


def config(database: Database, executor: str) -> Any:
    """Return the engine's settings. Nothing goes to any service of its makers."""
    from dbos import DBOSPortableJSONSerializer

    return {
        "name": _NAME,
        "system_database_engine": database.engine,
        # Only the kind of database is read from it: the connections are ours.
        "system_database_url": "sqlite:///queue" if database.is_sqlite else "postgresql+psycopg://queue/queue",
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),
        "use_listen_notify": False,
        "log_level": "CRITICAL",
    }


def quiet() -> None:
    """Keep the engine's own log from the console: it prints tracebacks, and in them what tasks hold."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
