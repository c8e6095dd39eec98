"""Messages a second through the queue, beside smtplib and smtp-source used directly: ``python -m bench.delivery``.

Two rounds: against a server that answers at once (Postfix's smtp-sink), where the client's own work is all that counts,
and against one that takes 50 ms for each answer, as a far one does. Direct senders have as many connections as the
queue's workers together, kept open as theirs are. The queue's messages are accepted first, so that the workers' rate is
theirs alone; it counts from the first message at the server to the last.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tools.queue.process import SENDER, new_letter
from tools.queue.sink import RunningSink, free_port, sink
from tools.queue.world import World, until

CONNECTIONS = 8
DELAY = 0.05  # seconds an answer


class Row(NamedTuple):
    """One way to send: messages a second, and CPU seconds of the client for a thousand."""

    name: str
    connections: int
    rate: float
    cpu: float


def smtplib_direct(port: int, count: int, connections: int) -> None:
    """Send from threads, each over one connection that stays open: what a program does without a queue."""
    numbers = iter(range(count))
    guard = threading.Lock()

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            while True:
                with guard:
                    number = next(numbers, None)
                if number is None:
                    return
                letter = new_letter(number)
                client.sendmail(SENDER, letter.recipients, letter.content)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def direct(port: int, count: int, connections: int) -> Row:
    command = [sys.executable, "-m", "bench.delivery", "--direct", str(port), str(count), str(connections)]
    return _timed("smtplib, direct", command, count, connections)


def smtp_source(port: int, count: int, connections: int) -> Row:
    """Postfix's load generator; ``-d`` keeps its connections."""
    words = ["-d", "-s", str(connections), "-m", str(count), "-l", "300", "-f", SENDER, "-t", "r@out.example"]
    return _timed("smtp-source", ["smtp-source", *words, f"127.0.0.1:{port}"], count, connections)


def _timed(name: str, command: Sequence[str], count: int, connections: int) -> Row:
    before, start = _children(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - start
    return Row(name, connections, count / taken, (_children() - before) / count * 1000)


def queue(url: str, folder: Path, server: RunningSink, count: int, workers: int) -> tuple[Row, float]:
    """Return what the workers do, and messages accepted a second by one writer, 100 at a time."""
    folder.mkdir()
    world = World(url.replace("{folder}", str(folder)), folder)
    store = world.store
    store.prepare()
    letters = [new_letter(number, key=f"{folder.name} {number}") for number in range(count)]
    start = time.perf_counter()
    for first in range(0, count, 100):
        store.accept(letters[first : first + 100], limit=count)
    accepted = count / (time.perf_counter() - start)
    before = _children()
    settings = {"ways": [{"name": "first", "port": server.port}], "connections": CONNECTIONS, "timeout": 30.0}
    running = [world.worker(settings, f"worker{number}") for number in range(workers)]
    try:
        # Counted in the queue: what is sent and recorded. The first seconds, while workers start, do not count.
        until(lambda: store.count(("sent",)) >= count // 10, 120, 0.05)
        first, start = store.count(("sent",)), time.perf_counter()
        if not until(lambda: store.count(("sent",)) >= count, 600, 0.1):
            raise SystemExit(f"{store.count(('sent',))} of {count} sent after 600 s")
        rate = (count - first) / (time.perf_counter() - start)
        for worker in running:
            world.kill(worker, 15)
    finally:
        world.close()
    name = f"queue, {workers} worker{'s' if workers > 1 else ''}"
    return Row(name, workers * CONNECTIONS, rate, (_children() - before) / count * 1000), accepted


@contextmanager
def quick_server(folder: Path) -> Iterator[RunningSink]:
    """Postfix's smtp-sink: the quickest server that there is; without it the suite's own."""
    if shutil.which("smtp-sink") is None or os.getuid() != 0:
        with sink(folder) as server:
            yield server
        return
    server = RunningSink(free_port(), folder / "none")
    command = ["smtp-sink", "-u", "nobody", "-c", f"127.0.0.1:{server.port}", "512"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(server.port), 10)
        yield server
    finally:
        running.kill()
        running.wait()


def _listens(port: int) -> bool:
    with smtplib.SMTP() as client:
        try:
            return client.connect("127.0.0.1", port)[0] == 220
        except OSError:
            return False


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(title: str, server: RunningSink, url: str, scratch: Path, count: int, few: int) -> dict[str, float]:
    """Print one round, and return its ratios."""
    rows: list[Row] = []
    for connections in (CONNECTIONS, 2 * CONNECTIONS):
        rows.append(direct(server.port, few, connections))
        if shutil.which("smtp-source"):
            rows.append(smtp_source(server.port, few, connections))
    accepted = 0.0
    for workers in (1, 2):
        row, accepted = queue(url, scratch / f"{title.split()[0]}{workers}", server, count, workers)
        rows.append(row)
    print(f"\n{title}, {count:,} messages")
    print(f"  {'':<20}  {'connections':>11}  {'messages/s':>10}  {'CPU s/1,000':>11}")
    for row in rows:
        print(f"  {row.name:<20}  {row.connections:>11}  {row.rate:>10.0f}  {row.cpu:>11.2f}")
    of = {(row.name, row.connections): row.rate for row in rows}
    one, two = of["queue, 1 worker", CONNECTIONS], of["queue, 2 workers", 2 * CONNECTIONS]
    ratios = {
        "one worker, of smtplib": one / of["smtplib, direct", CONNECTIONS],
        "two workers, of smtplib": two / of["smtplib, direct", 2 * CONNECTIONS],
        "two workers, of one": two / one,
        "accepted a second": accepted,
    }
    print("  " + "; ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    return ratios


def main() -> None:
    """Measure, print the tables, and the ratios as a line of JSON."""
    if sys.argv[1:2] == ["--direct"]:
        smtplib_direct(*map(int, sys.argv[2:5]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=5_000, help="Messages against the server without delay.")
    parser.add_argument("--slow", type=int, default=2_000, help="Messages against the one that takes 50 ms an answer.")
    parser.add_argument("--url", default="sqlite:///{folder}/state.sqlite", help="The state's URL.")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {CONNECTIONS} connections a worker")
    found = {}
    with tempfile.TemporaryDirectory(prefix="mailspec-bench-") as name:
        scratch = Path(name)
        with quick_server(scratch) as server:
            found["quick"] = compare("quick server", server, options.url, scratch, options.messages, options.messages)
        with sink(scratch, "slow", delay=DELAY) as server:
            found["50 ms"] = compare("slow server", server, options.url, scratch, options.slow, options.slow)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
