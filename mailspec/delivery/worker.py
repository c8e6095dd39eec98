"""A worker: takes messages from the queue and sends them, until it is told to stop."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Callable
from time import monotonic

from sqlalchemy import select

from mailspec.delivery.carrier import Carrier
from mailspec.delivery.events import Event
from mailspec.delivery.limits import prune
from mailspec.delivery.peers import RETURN, peers_of
from mailspec.delivery.pool import Pool
from mailspec.delivery.routes import Routes
from mailspec.delivery.standing import PAUSE, Standing
from mailspec.delivery.store import Store
from mailspec.delivery.tables import WORKER
from mailspec.outcome.delivery import Trouble
from mailspec.state.errors import StateError

LOOK = 5.0
_TIDY = 60.0
# How long what is under way may take to end when the worker is stopped; SMTP's own time limits end most of it.
GRACE = 60.0
_DEADLY = Trouble(
    "one worker after the other died while it sent this message",
    advice="Look at the message (mailspec queue show) and at the workers' system log before it is sent again.",
)


class Worker:
    """One worker process's part of a queue. ``tell`` is called for everything that happens, in several threads.

    ``pause``: how many seconds a server that could not be reached is left alone while another one stands in.
    ``look``: seconds from one look at the other workers to the next. ``back``: :data:`mailspec.delivery.peers.RETURN`.
    """

    def __init__(
        self,
        store: Store,
        routes: Routes,
        tell: Callable[[Event], None],
        *,
        connections: int = 4,
        version: str = "",
        pause: float = PAUSE,
        look: float = LOOK,
        back: float = RETURN,
    ) -> None:
        self.id = str(uuid.uuid4())
        self._store = store
        self._database = store.database
        self._tell = tell
        self._version = version
        self._every = look
        self._peers = peers_of(store.database, back)
        self._standing = Standing(store.database, pause)
        self._pool = Pool(connections)
        self._carrier = Carrier(store, routes, self._pool, self._standing, tell)

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what is under way then is finished first. Raises ``StateError`` at the start."""
        self._store.prepare()
        self._peers.live(self.id)
        self._register()
        self._look()
        self._store.engine.start(self.id, self._carrier)
        self._tell(Event("started", f"worker {self.id} takes mail from {self._database.url.display}"))
        tidied = monotonic()
        while not stop.wait(self._every):
            try:
                self._look()
                if monotonic() - tidied > _TIDY:
                    tidied = monotonic()
                    self._tidy()
            except StateError as error:
                self._tell(Event("trouble", error.refusal.message))
        self._end()

    def _register(self) -> None:
        with self._database.write() as connection:
            now = self._database.now(connection)
            values = {"host": socket.gethostname(), "pid": os.getpid(), "version": self._version}
            row = {**self._database.key, **values, "id": self.id, "started": now, "seen": now}
            connection.execute(WORKER.insert().values(row))

    def _look(self) -> None:
        """Say that this worker lives, and hand on what dead ones left."""
        self._peers.live(self.id)
        self._pool.tidy()
        self._standing.refresh()
        with self._database.write() as connection:
            now = self._database.now(connection)
            connection.execute(WORKER.update().where(WORKER.c.id == self.id).values(seen=now))
            open_ones = select(WORKER.c.id).where(*self._database.of(WORKER), WORKER.c.ended.is_(None))
            known = set(connection.execute(open_ones).scalars())
        for other in (known | self._store.engine.owners()) - {self.id}:
            with self._peers.dead(other) as dead:
                if dead:
                    self._bury(other, announced=other in known)

    def _bury(self, other: str, *, announced: bool) -> None:
        tasks = self._store.engine.take_over(other)
        if not announced:
            return
        with self._database.write() as connection:
            values = {"ended": self._database.now(connection), "how": "died"}
            connection.execute(WORKER.update().where(WORKER.c.id == other).values(values))
        message = f"worker {other} died; {tasks} messages that it had taken go on with others"
        self._tell(Event("worker_gone", message, {"worker": other}))

    def _tidy(self) -> None:
        engine = self._store.engine
        for gone in engine.given_up():
            self._store.rescue(gone.letter, gone.run, dead=_DEADLY if gone.deadly else None)
            engine.forget([gone.task])
        while engine.prune():
            pass
        with self._database.write() as connection:
            prune(self._database, connection)

    def _end(self) -> None:
        self._carrier.stopping.set()
        self._pool.stop(GRACE)
        self._store.engine.stop(GRACE)
        with self._database.write() as connection:
            values = {"ended": self._database.now(connection), "how": "stopped"}
            connection.execute(WORKER.update().where(WORKER.c.id == self.id).values(values))
        self._peers.close()
        self._tell(Event("stopped", f"worker {self.id} has stopped"))
