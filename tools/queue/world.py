"""One queue with its processes: writers, workers and a sink, for tests and for bench/."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailspec.delivery.store import Store
from tools.queue import process
from tools.queue.sink import RunningSink

ROOT = Path(__file__).parents[2]


@dataclass
class World:
    """``url`` is the state's URL, ``folder`` holds what the processes write."""

    url: str
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    threads: list[Callable[[], None]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return process.store(self.url)

    def worker(self, settings: dict[str, Any], name: str = "worker") -> subprocess.Popen[bytes]:
        """Start a worker; its events go to NAME.jsonl."""
        with open(self.folder / f"{name}.jsonl", "ab") as log:
            return self._start(["worker", json.dumps(settings)], log)

    def worker_here(self, settings: dict[str, Any], name: str = "worker") -> Callable[[], None]:
        """Start a worker in a thread of this process, one at a time, and return what stops it."""
        stop = threading.Event()

        def tell(line: str) -> None:
            with open(self.folder / f"{name}.jsonl", "a") as log:
                log.write(line)

        thread = threading.Thread(target=process.work, args=(self.store, settings, tell, stop))
        thread.start()

        def end() -> None:
            stop.set()
            thread.join(90)

        self.threads.append(end)
        return end

    def writer(self, first: int, count: int, chunk: int = 20) -> subprocess.Popen[bytes]:
        """Start a writer; the Message-IDs that were accepted go to accepted-FIRST."""
        with open(self.folder / f"accepted-{first}", "ab") as log:
            return self._start(["writer", str(first), str(count), str(chunk)], log)

    def _start(self, words: list[str], log: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tools.queue.process", self.url, *words]
        # Its own session, so that a kill takes all of it and nothing else.
        made = subprocess.Popen(command, stdout=log, cwd=ROOT, start_new_session=True)
        self.running.append(made)
        return made

    def kill(self, made: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
        if made.poll() is None:
            os.killpg(made.pid, number)
        made.wait(timeout=90)

    def close(self) -> None:
        for end in self.threads:
            end()
        for made in self.running:
            self.kill(made)

    def accepted(self) -> set[str]:
        """Return the Message-IDs for which a writer was told that they are accepted."""
        found: set[str] = set()
        for path in self.folder.glob("accepted-*"):
            found |= {line for line in path.read_text().splitlines() if line.endswith(">")}
        return found

    def events(self, name: str = "worker") -> list[dict[str, str]]:
        path = self.folder / f"{name}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}")]

    def settled(self, seconds: float) -> bool:
        """Wait until nothing waits any more."""
        return until(lambda: self.store.count(("queued", "waiting")) == 0, seconds, 0.2)

    def states(self) -> dict[str, str]:
        """Return the state of each message by its Message-ID."""
        return {entry.message_id: entry.state for entry in self.store.listed((), None)}


def until(holds: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Wait until something holds; tell whether it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(pause)
    return holds()


def arrivals(*sinks: RunningSink) -> Counter[str]:
    """Return how often each Message-ID arrived."""
    return Counter(entry["id"] for held in sinks for entry in held.taken())
