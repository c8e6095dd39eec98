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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.queue.sink import sink
from tools.queue.world import World, arrivals, until

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
    kill_for: float = 3600.0,
    chunk: int = 20,
    connections: int = 8,
    seed: int = 1,
    disturb: Callable[[], None] | None = None,
    seconds: float = 7200.0,
) -> Verdict:
    """Run it. One worker, the last, is killed once and never started again; ``disturb`` stops the database in between.

    Raises:
        TimeoutError: not everything was settled in time.
    """
    chance = random.Random(seed)
    kills = stops = 0
    started = time.monotonic()
    with sink(world.folder) as server:
        settings = {"ways": [{"name": "first", "port": server.port}], "connections": connections}
        settings |= {"retry": {"retries": 3, "delay": 0.5}, "timeout": 20.0}
        each = -(-messages // WRITERS)
        writers = [world.writer(number * 10_000_000, each, chunk) for number in range(WRITERS)]
        running = [world.worker(settings, f"worker{number}") for number in range(workers)]
        disturbed = False
        while time.monotonic() - started < seconds:
            time.sleep(chance.uniform(*kill_every))
            writing = any(writer.poll() is None for writer in writers)
            if not writing and world.store.count(("queued", "waiting")) == 0:
                break
            if disturb is not None and not disturbed and len(server.taken()) > messages // 3:
                disturbed = True
                disturb()
                stops += 1
            if time.monotonic() - started > kill_for:
                until(lambda: world.store.count(("queued", "waiting")) == 0, 1.0)
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


def main() -> int:
    """Run it from the command line and print the verdict as JSON; exit 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="The state's URL. Default: a SQLite file in a temporary folder.")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chunk", type=int, default=20)
    parser.add_argument("--restart", metavar="COMMAND", help="Stops and starts the database, run once in between.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailspec-queue-") as name:
        folder = Path(name)
        world = World(options.url or f"sqlite:///{folder}/state.sqlite", folder)
        world.store.prepare()
        try:
            verdict = run(
                world,
                messages=options.messages,
                workers=options.workers,
                chunk=options.chunk,
                disturb=_restarting(options.restart) if options.restart else None,
            )
        finally:
            world.close()
    print(json.dumps(asdict(verdict)))
    return 1 if verdict.lost or verdict.unknown else 0


def _restarting(command: str) -> Callable[[], None]:
    import subprocess

    return lambda: subprocess.run(["bash", "-c", command], check=True) and None


if __name__ == "__main__":
    sys.exit(main())
