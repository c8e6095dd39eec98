"""`make fuzz`: many inputs through the command line's main, by processes that are started again if one dies.

    python -m tools.fuzz [--count 100000] [--first 0] [--jobs 2] [--once]

Each failure is made small and written to tests/fuzz/regressions/, where a test replays it.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.fuzz.project import ROOT

REGRESSIONS = ROOT / "tests/fuzz/regressions"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-hostile", action="store_true", help="leave out the hostile files")
    parser.add_argument("--once", action="store_true", help="run each input once, and leave out the output's schema")
    parser.add_argument("--to", type=Path, default=REGRESSIONS, help="folder for failures")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    last = chosen.first + chosen.count - 1
    print(f"fuzz: inputs {chosen.first} to {last} and the hostile files, {chosen.jobs} processes")
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mailspec-fuzz-") as scratch:
        failures = 0
        if not chosen.no_hostile:
            # Alone, because their time is measured, and processes side by side slow each other.
            failures += _run([Worker(Path(scratch), 0, chosen.first, 0, chosen, hostile=True)])
        share = -(-chosen.count // chosen.jobs)
        ranges = [(chosen.first + n * share, min(share, chosen.count - n * share)) for n in range(chosen.jobs)]
        failures += _run([Worker(Path(scratch), n, first, count, chosen) for n, (first, count) in enumerate(ranges)])
    failures += structures(chosen.count // 20) + target_files(chosen.count // 25)
    print(f"fuzz: {chosen.count:,} inputs in {time.monotonic() - start:.0f} s, {failures} failures")
    return 1 if failures else 0


def _run(workers: list[Worker]) -> int:
    """Look after workers until all are done; return how many failures they met."""
    try:
        while sum(worker.poll() for worker in workers):
            time.sleep(0.5)
    finally:
        for worker in workers:
            worker.process.kill()
    return sum(worker.failures for worker in workers)


def structures(count: int) -> int:
    """Let hypothesis invent some more; it shrinks and prints what fails. Return the number of failures."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/fuzz/test_structures.py"],
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_EXAMPLES": str(count)},
        check=False,
    )
    return int(done.returncode != 0)


def target_files(count: int) -> int:
    """Give hostile files to the readers of targets; each failure is printed. Return 1 if there are any, else 0."""
    command = [sys.executable, "-m", "tools.fuzz.target_files", "--count", str(count)]
    return int(subprocess.run(command, cwd=ROOT, check=False).returncode != 0)


class Worker:
    """One process at a time over a range of inputs; after a death it goes on behind what killed it."""

    def __init__(
        self, scratch: Path, number: int, first: int, count: int, chosen: argparse.Namespace, *, hostile: bool = False
    ) -> None:
        self.note = scratch / f"at-{number}"
        self.to = chosen.to
        self.next, self.end = first, first + count
        self.failures = 0
        self.hostile = hostile
        self.runs = "once" if chosen.once else "twice"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        hostile = "hostile" if self.hostile else "none"
        command = [
            sys.executable,
            "-m",
            "tools.fuzz.worker",
            str(self.next),
            str(self.end),
            hostile,
            self.note,
            self.to,
            self.runs,
        ]
        return subprocess.Popen(command, cwd=ROOT)

    def poll(self) -> bool:
        """Look after the process; tell whether there is more to do."""
        code = self.process.poll()
        if code is None:
            return True
        at = self.note.read_text() if self.note.is_file() else "before the first input"
        if at.startswith("done "):
            self.failures += int(at.removeprefix("done "))
            return False
        if code >= 0:
            raise RuntimeError(f"the fuzzer itself failed at {at}")
        print(f"fuzz: signal {-code} at {at}", flush=True)
        self.failures += 1
        self.hostile = False  # they come first; those behind a deadly one are left out of this run
        if at.startswith("input "):
            self.next = int(at.removeprefix("input ")) + 1
        self.process = self._start()
        return True


if __name__ == "__main__":
    sys.exit(main())
