"""Workers killed at random while writers write: is every accepted message at the server, or a dead letter?

``python -m tools.queue.torture --url URL --messages 100000 --folder DIR`` for the whole; the suite runs a small one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from mailspec.delivery.peers import RETURN
from mailspec.delivery.worker import LOOK
from tools.queue.process import new_letter
from tools.queue.sink import RunningSink, free_port, sink
from tools.queue.world import ROOT, World, arrivals, until

WRITERS = 3


@dataclass(frozen=True)
class Verdict:
    """What a run came to. ``twice`` counts messages that arrived more than once, all under their Message-ID."""

    accepted: int
    arrived: int
    dead: int
    lost: int
    twice: int
    unknown: int
    kills: int
    stops: int
    seconds: float


def run(
    world: World,
    *,
    messages: int,
    workers: int = 2,
    kill_every: tuple[float, float] = (1.0, 4.0),
    kills_at_most: int = 1_000_000,
    look: float = LOOK,
    back: float = RETURN,
    chunk: int = 20,
    connections: int = 8,
    seed: int = 1,
    disturb: Sequence[Callable[[], None]] = (),
    seconds: float = 7200.0,
) -> Verdict:
    """Run it. One worker, the last, is killed once and never started again.

    Each of ``disturb`` stops the database in between.

    Raises:
        TimeoutError: not everything was settled in time.
    """
    chance = random.Random(seed)
    kills = stops = 0
    started = time.monotonic()
    with sink(world.folder) as server:
        settings = {"ways": [{"name": "first", "port": server.port}], "connections": connections}
        settings |= {"retry": {"retries": 3, "delay": 0.5}, "timeout": 20.0, "look": look, "back": back}
        each = -(-messages // WRITERS)
        writers = [world.writer(number * 10_000_000, each, chunk) for number in range(WRITERS)]
        running = [world.worker(settings, f"worker{number}") for number in range(workers)]
        disturbing = list(disturb)

        def is_due() -> bool:
            # In the first half: on a fast machine the second one passes between two kills.
            return bool(disturbing) and server.count() > messages * (stops + 1) // (2 * len(disturb) + 2)

        while time.monotonic() - started < seconds:
            time.sleep(chance.uniform(*kill_every))
            writing = any(writer.poll() is None for writer in writers)
            if not writing and world.store.count(("queued", "waiting")) == 0:
                break
            if is_due():
                disturbing.pop(0)()
                stops += 1
            for number, worker in enumerate(running):
                # As a supervisor does: one that began while the database was away has ended by itself.
                if worker.poll() is not None:
                    running[number] = world.worker(settings, f"worker{number}")
            if kills >= kills_at_most:
                until(lambda: is_due() or world.store.count(("queued", "waiting")) == 0, 1.0)
                continue
            number = chance.randrange(len(running))
            world.kill(running[number])
            kills += 1
            if len(running) > 1 and number == len(running) - 1 and len(running) == workers and workers > 1:
                # This one is never started again: the others take what it had.
                running.pop()
            else:
                running[number] = world.worker(settings, f"worker{number}")
        else:
            raise TimeoutError(f"not settled after {seconds:.0f} s: {world.store.count(('queued', 'waiting'))} wait")
        accepted, arrived, states = world.accepted(), arrivals(server), world.states()
        dead = {name for name, state in states.items() if state == "dead"}
        return Verdict(
            accepted=len(accepted),
            arrived=len(arrived),
            dead=len(dead),
            lost=len(accepted - set(arrived) - dead),
            twice=sum(count > 1 for count in arrived.values()),
            unknown=len(set(arrived) - set(states)),
            kills=kills,
            stops=stops,
            seconds=round(time.monotonic() - started, 1),
        )


@dataclass(frozen=True)
class Outcome:
    """What came of a primary that was killed and came back. ``alerts`` are the alerts and their end, in order."""

    messages: int
    killed_at: int
    by_primary: int
    by_fallback: int
    by_primary_again: int
    twice: int
    dead: int
    lost: int
    alerts: tuple[str, ...]
    seconds: float


def failover(world: World, *, messages: int, kill_at: int) -> Outcome:
    """Kill the primary server once it has taken so many messages; start it again when the fallback has taken some."""
    started = time.monotonic()
    first = RunningSink(free_port(), world.folder / "first.jsonl")
    first.start()
    try:
        with sink(world.folder, "second") as second:
            ways = [{"name": "first", "port": first.port}, {"name": "second", "port": second.port}]
            world.store.accept([new_letter(number) for number in range(messages)])
            retry = {"retries": 3, "delay": 0.5}
            world.worker({"ways": ways, "connections": 8, "timeout": 10.0, "pause": 1.0, "retry": retry})
            until(lambda: first.count() >= kill_at, 120, 0.02)
            first.kill()
            before = first.count()
            until(lambda: second.count() >= min(50, (messages - kill_at) // 2), 120, 0.02)
            first.start()
            settled = world.settled(240)
            again = _ask_again(world, messages)
            arrived, states = arrivals(first, second), world.states()
            dead = {name for name, state in states.items() if state == "dead"}
            return Outcome(
                messages=messages + again,
                killed_at=before,
                by_primary=before,
                by_fallback=second.count(),
                by_primary_again=first.count() - before,
                twice=sum(count > 1 for count in arrived.values()),
                dead=len(dead),
                lost=len(states.keys() - arrived.keys() - dead) + (not settled),
                alerts=tuple(event["kind"] for event in world.events() if event["kind"] in ("standing_in", "back")),
                seconds=round(time.monotonic() - started, 1),
            )
    finally:
        first.kill()


def _ask_again(world: World, first: int) -> int:
    """Send a few more until the primary is used again, at most five times; return how many they were."""
    sent = 0
    for _ in range(5):
        world.store.accept([new_letter(first + sent + number) for number in range(20)])
        sent += 20
        world.settled(60)
        if until(lambda: "back" in {event["kind"] for event in world.events()}, 1.0):
            break
    return sent


def main() -> int:
    """Run it from the command line and print the verdict as JSON; exit 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="The state's URL. Default: a SQLite file in a temporary folder.")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chunk", type=int, default=20)
    parser.add_argument("--failover", action="store_true", help="Kill the primary server in the middle instead.")
    parser.add_argument("--kill-every", type=float, nargs=2, default=(1.0, 4.0), metavar="SECONDS")
    parser.add_argument(
        "--postgres", action="store_true", help="On a PostgreSQL of its own, stopped and killed in between."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailspec-queue-") as name:
        folder = Path(name)
        url, disturb, stop = _postgres(folder) if options.postgres else (None, (), lambda: None)
        world = World(url or options.url or f"sqlite:///{folder}/state.sqlite", folder)
        world.store.prepare()
        try:
            verdict: Verdict | Outcome
            if options.failover:
                verdict = failover(world, messages=options.messages, kill_at=options.messages // 2)
            else:
                verdict = run(
                    world,
                    messages=options.messages,
                    workers=options.workers,
                    chunk=options.chunk,
                    kill_every=tuple(options.kill_every),
                    disturb=disturb,
                )
        finally:
            world.close()
            stop()
    print(json.dumps(asdict(verdict)))
    return 1 if verdict.lost or getattr(verdict, "unknown", 0) else 0


def _postgres(folder: Path) -> tuple[str, Sequence[Callable[[], None]], Callable[[], None]]:
    """Start the suite's PostgreSQL; return its URL, what stops and what kills it for two seconds, and what ends it."""
    found = spec_from_file_location("postgres_service", ROOT / "tests/services/postgres/plugin.py")
    assert found is not None
    assert found.loader is not None
    service = module_from_spec(found)
    # Its dataclasses look their module up by name.
    sys.modules[found.name] = service
    found.loader.exec_module(service)
    folder.chmod(0o755)
    place = folder / "postgres"
    place.mkdir()
    server, stop = service.start(place)
    server.psql("CREATE DATABASE torture")
    url = f"{server.new_state().partition('/postgres?')[0]}/torture"
    return url, (lambda: server.restart("fast"), server.restart), stop


if __name__ == "__main__":
    sys.exit(main())
