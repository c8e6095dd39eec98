"""One process's share of `make fuzz`: FIRST END hostile|none NOTE FOLDER once|twice.

NOTE holds the input that is running, at the end the number of failures.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mailspec.cli.main import COLLECTION_THRESHOLDS
from tools.fuzz.case import Case
from tools.fuzz.hostile import hostile
from tools.fuzz.inputs import case
from tools.fuzz.minimise import kind, minimise
from tools.fuzz.oracle import check
from tools.fuzz.project import Project

MOST = 100
MEMORY = 4 * 1024**3


def cases(first: int, end: int, files: str) -> Iterator[Case]:
    """Yield the hostile files where they are asked for, then this process's numbered inputs."""
    if files == "hostile":
        for name, content in hostile():
            yield Case("mailspec.yml", content, origin=f"hostile file: {name}")
    for number in range(first, end):
        yield case(number)


def main(first: str, end: str, files: str, note: str, folder: str, runs: str) -> int:
    """Run them, one finding a kind of problem."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # As for every user's run: what is timed is what they wait for.
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    seen: set[str] = set()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mailspec-fuzz-", dir=memory) as scratch:
        project = Project(Path(scratch) / "project")
        project.enter()
        for held in cases(int(first), int(end), files):
            Path(note).write_text(held.origin)
            problem = check(held, project, once=runs == "once")
            if problem is None or kind(problem) in seen:
                continue
            seen.add(kind(problem))
            if held.origin.startswith("hostile"):
                # Known by its name, and too large for the repository.
                print(f"fuzz: {held.origin}: {problem}", flush=True)
                continue
            small = minimise(held, problem, lambda case: check(case, project))
            path = small.save(Path(folder), problem)
            print(f"fuzz: {held.origin}: {problem}\n  -> {os.path.relpath(path)}", flush=True)
            if len(seen) >= MOST:
                break
    Path(note).write_text(f"done {len(seen)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
