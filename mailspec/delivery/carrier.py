"""One turn of one message: by which account it goes, what the server said, and what follows from that."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy import Connection

from mailspec.delivery.events import Event
from mailspec.delivery.letters import settled
from mailspec.delivery.limits import take, waits_for
from mailspec.delivery.pool import Pool, StoppedError
from mailspec.delivery.reach import Reached
from mailspec.delivery.retry import is_about_server, may_stand_in, wait_for
from mailspec.delivery.routes import Hold, Route, Routes, Way
from mailspec.delivery.standing import Standing
from mailspec.delivery.store import Store
from mailspec.mail.transmit import Transmission
from mailspec.outcome.delivery import Letter, Trouble
from mailspec.state.errors import StateError

T = TypeVar("T")
# Providers lock accounts after a few wrong passwords: then mail of the account waits, in seconds.
MOST_REFUSALS = 3
REFUSED_PAUSE = 300.0
_LONGEST_BACKOFF = 5.0
_UNKNOWN = Trouble("the server did not take the message")


@dataclass(slots=True)
class _Turn:
    """What one turn has come to. ``done`` holds envelope addresses: delivered, or refused for good."""

    done: dict[str, Trouble | None] = field(default_factory=dict)
    open: dict[str, Trouble] = field(default_factory=dict)
    asked: bool = False
    via: str | None = None
    wait: float | None = None
    waits_for: str | None = None


class Carrier:
    """Carries messages for one worker; called in many threads at once."""

    def __init__(
        self, store: Store, routes: Routes, pool: Pool, standing: Standing, tell: Callable[[Event], None]
    ) -> None:
        self._store = store
        self._routes = routes
        self._pool = pool
        self._standing = standing
        self._tell = tell
        self._lock = threading.Lock()
        self._refusals: Counter[str] = Counter()
        self._paused: dict[str, float] = {}
        self.stopping = threading.Event()

    def __call__(self, id: str, run: int) -> None:
        """Do one turn. It ends with what it came to on the disk, or not at all."""
        letter = self._surely(lambda: self._store.begin(id, run))
        if letter is None:
            return
        try:
            # What is sent and not yet recorded is sent again by whoever comes after a kill: never more than there are
            # connections.
            with self._pool.permit():
                self._turn(letter)
        except StoppedError:
            # Not begun: another worker takes it at once.
            self._surely(
                lambda: self._store.settle(
                    letter, recipients=letter.recipients, state="queued", attempts=letter.attempts
                )
            )
        except StateError:
            raise
        except Exception as error:
            # A bug of ours must not take the message along; nothing of the error's text is kept, it may hold a secret.
            reason = f"mailspec failed inside ({type(error).__name__}); please report it"
            self._finish(letter, Route(()), _Turn(open=dict.fromkeys(letter.open_recipients, Trouble(reason))))

    def _turn(self, letter: Letter) -> None:
        route = self._routes.route(letter)
        if isinstance(route, Hold):
            self._wait(letter, route.seconds, route.reason)
            return
        if isinstance(route, Trouble):
            self._finish(letter, Route(()), _Turn(open=dict.fromkeys(letter.open_recipients, route)))
            return
        reached = route.reach.of(letter.open_recipients)
        turn = _Turn()
        if reached.to:
            self._try_ways(letter, route, list(reached.to), turn)
        if turn.wait is not None and not turn.asked:
            self._wait(letter, turn.wait, turn.waits_for or "")
            return
        self._finish(letter, route, _as_meant(turn, reached))

    def _try_ways(self, letter: Letter, route: Route, to: list[str], turn: _Turn) -> None:
        pending: Sequence[str] = to
        began = monotonic()
        for way in self._standing.usable(route.ways):
            transmission = self._by(way, letter, pending, turn)
            if transmission is None:
                continue
            if isinstance(transmission, float):
                turn.wait = transmission if turn.wait is None else min(turn.wait, transmission)
                turn.waits_for = turn.waits_for or waits_for(way.name)
                if not turn.open:
                    return
                continue
            troubles = _collect(transmission, pending, turn)
            if transmission.accepted:
                self._report_way(route.ways[0], way, turn, began)
            if any(is_about_server(trouble) for trouble in troubles.values()):
                self._standing.failed(way, began)
            pending = [address for address, trouble in troubles.items() if may_stand_in(trouble)]
            if not pending:
                return

    def _by(self, way: Way, letter: Letter, to: Sequence[str], turn: _Turn) -> Transmission | float | None:
        """Send by one way; a number is how many seconds to wait for it."""
        if isinstance(way.account, Trouble):
            turn.open = {**dict.fromkeys(to, way.account), **turn.open}
            return None
        account = way.account
        beyond = way.limits.beyond(len(to))
        if beyond is not None:
            turn.open = {**dict.fromkeys(to, Trouble(beyond, "config_invalid", detail="recipients")), **turn.open}
            return None
        left = self._paused_for(way.name)
        if left > 0:
            turn.waits_for = f"refused sign-in of {way.name}"
            return left
        with self._pool.connection(account) as connection:
            wait = self._place(way, letter, len(to))
            if wait is not None:
                return wait
            turn.asked = True
            transmission = connection.send(letter.content, letter.envelope_from, to, utf8=letter.utf8)
        self._count_refusals(way, transmission)
        return transmission

    def _place(self, way: Way, letter: Letter, recipients: int) -> float | None:
        if not way.limits.counted:
            return None
        database = self._store.database

        def taken(connection: Connection) -> float | None:
            return take(database, connection, way.name, way.limits, letter.id, recipients)

        return self._surely(lambda: self._store.together(taken))

    def _report_way(self, first: Way, used: Way, turn: _Turn, began: float) -> None:
        turn.via = used.name
        if used is first:
            if self._surely(lambda: self._standing.worked(first, began)):
                self._tell(Event("back", f"{first.name} works again and is used again", {"configuration": first.name}))
            return
        self._standing.worked(used, began)
        reason = next((trouble.reason for trouble in turn.open.values()), "it could not be reached a moment ago")
        if self._surely(lambda: self._standing.took(first, used, reason, began)):
            message = f"{used.name} stands in for {first.name}: {reason}"
            self._tell(Event("standing_in", message, {"configuration": first.name, "via": used.name}))

    def _wait(self, letter: Letter, seconds: float, why: str) -> None:
        self._surely(
            lambda: self._store.settle(
                letter,
                recipients=letter.recipients,
                state="waiting",
                attempts=letter.attempts,
                trouble=letter.trouble,
                wait=seconds,
                waits_for=why,
            )
        )

    def _finish(self, letter: Letter, route: Route, turn: _Turn) -> None:
        attempts = letter.attempts + turn.asked
        waits = {address: wait_for(trouble, max(1, attempts), route.retry) for address, trouble in turn.open.items()}
        again = [wait for wait in waits.values() if wait is not None]
        ended = {address: turn.open[address] for address, wait in waits.items() if wait is None}
        recipients = settled(letter.recipients, {**turn.done, **ended})
        trouble = next(iter([*turn.open.values(), *filter(None, turn.done.values())]), None)
        failed = [entry for entry in recipients if entry.state == "failed"]
        state = "waiting" if again else "dead" if failed else "sent"
        if trouble is None and failed:
            trouble = failed[0].trouble
        recorded = self._surely(
            lambda: self._store.settle(
                letter,
                recipients=recipients,
                state=state,
                attempts=attempts,
                trouble=trouble,
                wait=max(again) if again else None,
                waits_for="retry" if again else None,
                via=turn.via,
            )
        )
        if recorded:
            self._tell(_event(letter, state, trouble, turn.via, max(again) if again else None))

    def _paused_for(self, name: str) -> float:
        with self._lock:
            return self._paused.get(name, 0.0) - monotonic()

    def _count_refusals(self, way: Way, transmission: Transmission) -> None:
        trouble = transmission.trouble
        refused = trouble is not None and trouble.stage == "auth" and not trouble.retry
        with self._lock:
            if not refused:
                self._refusals.pop(way.name, None)
                return
            self._refusals[way.name] += 1
            pausing = self._refusals[way.name] == MOST_REFUSALS
            if self._refusals[way.name] >= MOST_REFUSALS:
                self._paused[way.name] = monotonic() + REFUSED_PAUSE
        if pausing:
            message = f"{way.name}: {MOST_REFUSALS} sign-ins were refused one after the other; its mail waits"
            self._tell(Event("paused", message, {"configuration": way.name}))

    def _surely(self, action: Callable[[], T]) -> T:
        """Use the database; while it is away, again and again: that a message was sent must be recorded."""
        pause = 0.2
        while True:
            try:
                return action()
            except StateError:
                if self.stopping.is_set():
                    raise
            sleep(pause)
            pause = min(2 * pause, _LONGEST_BACKOFF)


def _as_meant(turn: _Turn, reached: Reached) -> _Turn:
    """Return the turn with the recipients that were meant in the place of envelope addresses."""
    done = {name: result for address, result in turn.done.items() for name in reached.to[address]}
    opened = {name: trouble for address, trouble in turn.open.items() for name in reached.to[address]}
    return replace(turn, done={**done, **reached.refused}, open=opened)


def _collect(transmission: Transmission, to: Sequence[str], turn: _Turn) -> dict[str, Trouble]:
    """Sort one transmission's results into the turn; return what is left to do, with what stands in the way."""
    left: dict[str, Trouble] = {}
    for address in to:
        if address in transmission.accepted:
            turn.done[address] = None
            turn.open.pop(address, None)
            continue
        trouble = transmission.refused.get(address) or transmission.trouble or _UNKNOWN
        left[address] = trouble
        # Of a stand-in only what it says of the message counts: that it is out of order itself ends no message.
        if address not in turn.open or trouble.stage in ("rcpt_to", "data"):
            turn.open[address] = trouble
    return left


def _event(letter: Letter, state: str, trouble: Trouble | None, via: str | None, wait: float | None) -> Event:
    fields = {"mail": letter.id, "message_id": letter.message_id, "via": via}
    reason = "" if trouble is None else trouble.reason
    if state == "sent":
        return Event("sent", f"{letter.id} sent by {via}", fields)
    if state == "waiting":
        return Event("waiting", f"{letter.id} is tried again in {wait:.0f} s: {reason}", fields)
    return Event("dead", f"{letter.id} is a dead letter: {reason}", fields)
