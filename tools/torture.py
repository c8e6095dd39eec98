"""``make torture``: kill apply, rollback and recovery at every write, on both databases; race 200 applies; faults.

Then every call that writes fails with EIO, ENOSPC, EROFS, EMFILE and EINTR, what no fsync made durable is lost in a
crash, and bytes of a state change. Takes two to four hours on two cores. ``--every 10`` takes each tenth point,
``--races 20`` fewer races, ``--only faults`` (or ``kills``, ``crashes``) one part.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tools.killing.crashes import crashes, flips, twice
from tools.killing.databases import postgres, running_server, sqlite
from tools.killing.process import ROOT
from tools.killing.races import race
from tools.killing.sweep import Outcome, kill, list_points
from tools.killing.world import Template

TEMPLATE: Template
SCRATCH: Path


def _kill(job: tuple[int, str, tuple[object, ...]]) -> Outcome:
    number, mode, at = job
    return kill(TEMPLATE, SCRATCH / f"{mode}{number}", mode, *at)  # type: ignore[arg-type]


def _race(number: int) -> str:
    return race(TEMPLATE, SCRATCH / f"race{number}")


def each(workers: int, title: str, work: Callable, jobs: Iterable[object]) -> list:  # type: ignore[type-arg]
    """Do the jobs in processes, with a line that says how far they are."""
    todo = list(jobs)
    done = []
    start = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        for result in pool.map(work, todo):
            done.append(result)
            if sys.stderr.isatty():
                print(f"\r{title}: {len(done)} of {len(todo)}", end="", file=sys.stderr)
    print(f"\r{title}: {len(done)} in {time.monotonic() - start:.0f} s", flush=True)
    return done


def torture(name: str, template: Template, scratch: Path, options: argparse.Namespace) -> list[str]:
    """Run everything on one database; return what was wrong."""
    global TEMPLATE, SCRATCH
    TEMPLATE, SCRATCH = template, scratch
    wrong: list[str] = []
    for mode in ("apply", "rollback"):
        points = list_points(template, scratch / "list", mode)[:: options.every]
        title = f"{name}: {mode} killed at each of its {len(points)} writes"
        outcomes = each(options.workers, title, _kill, [(n, mode, (point,)) for n, point in enumerate(points)])
        wrong += [f"{name} {mode} {item.point}: {item.wrong}" for item in outcomes if item.wrong]
        if mode == "apply":
            phases = dict(reversed([(item.phase, point) for item, point in zip(outcomes, points, strict=True)]))
    for number, first in enumerate(phases.values()):
        points = list_points(template, scratch / "list", "recover", first)[:: options.recovery_every or options.every]
        title = f"{name}: killed at {first}, and the recovery at each of its {len(points)} writes"
        jobs = [(1000 * number + n, "apply", (first, point)) for n, point in enumerate(points)]
        wrong += [
            f"{name} {item.point}: {item.wrong}" for item in each(options.workers, title, _kill, jobs) if item.wrong
        ]
    return wrong + _races(name, options)


def _races(name: str, options: argparse.Namespace) -> list[str]:
    races = each(1, f"{name}: two applies at once", _race, range(options.races))
    return [f"{name} race: {item}" for item in races if item]


def faults(kind: str, options: argparse.Namespace) -> list[str]:
    """Let every call fail, in a process of its own, which prints its figures; return whether something was wrong."""
    command = [sys.executable, "-m", "tools.killing.faults", kind, str(options.every)]
    command.append(str(options.recovery_every or options.every))
    done = subprocess.run(command, cwd=ROOT, check=False)
    return [f"{kind}: faults, see above"] if done.returncode else []


def lost_writes(name: str, template: Template, scratch: Path, options: argparse.Namespace) -> list[str]:
    """Run the crash states and, of a state in a file, the changed bytes; return what was wrong."""
    parts = {
        "apply, crash states": crashes(template, scratch, "apply", choices=12),
        "rollback, crash states": crashes(template, scratch, "rollback", choices=12),
        "recovery, crash states": twice(template, scratch),
    }
    if template.copy_state is None:
        parts["bytes of the state changed"] = flips(template, scratch, options.flips)
    wrong: list[str] = []
    for title, part in parts.items():
        start, found = time.monotonic(), list(part)
        bad = [f"{name} {title}: {where}: {words}" for where, words in found if words]
        print(f"{name}: {title}: {len(found)}, {len(bad)} wrong, in {time.monotonic() - start:.0f} s", flush=True)
        wrong += bad
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="K", help="take only each K-th write")
    parser.add_argument("--recovery-every", type=int, metavar="K", help="the same for killed recoveries")
    parser.add_argument("--races", type=int, default=200, metavar="N", help="how often two applies meet")
    parser.add_argument("--state", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--flips", type=int, default=10_000, metavar="N", help="how many bytes of a state change")
    parser.add_argument("--only", choices=["kills", "faults", "crashes"], help="one part alone")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes side by side")
    options = parser.parse_args()
    wrong: list[str] = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-torture-")))
        for kind, name in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
            if options.state not in (kind, "both"):
                continue
            folder = scratch / kind
            folder.mkdir()
            if options.only in (None, "faults"):
                wrong += faults(kind, options)
            if options.only == "faults":
                continue
            template = (
                sqlite(scratch / "template1")
                if kind == "sqlite"
                else postgres(scratch / "template2", stack.enter_context(running_server()))
            )
            wrong += [] if options.only == "crashes" else torture(name, template, folder, options)
            wrong += [] if options.only == "kills" else lost_writes(name, template, folder, options)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"torture: {len(wrong)} wrong" if wrong else "torture: old or new settings whole every time, nothing left")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
