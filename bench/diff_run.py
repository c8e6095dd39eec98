"""Time ``mailspec diff`` on people: ``python -m bench.diff_run``. 500 and 5,000 of them, a tenth changed.

Prints the medians of the runs: time, processor time, the peak of memory; and the ratio of the two sizes: 10 is linear.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

RUNS = 3
SIZES = (500, 5_000)
MAIN = """\
version: 1
general: {users: {mode: smtp, account: {password: {keyring: "acme/{email}"}}}}
configurations:
  - {name: Primary, state: active, host: mail.acme.example, port: 465, security: tls, from: hub@acme.example}
"""
_ENVIRONMENT = {
    **os.environ,
    **{f"GIT_{who}_{what}": "bench@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def people(size: int, changed: int) -> str:
    """Return a file of people; the first ``changed`` have a host of their own."""
    lines = ["users:"]
    for number in range(size):
        own = f", account: {{host: mail{number}.acme.example}}" if number < changed else ""
        lines.append(f"  - {{email: person{number}@acme.example, name: Person {number}{own}}}")
    return "\n".join(lines) + "\n"


def repository(folder: Path, size: int) -> None:
    """Write a repository with two commits, a tenth of the people changed in the second."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=_ENVIRONMENT, check=True)

    (folder / "users").mkdir(parents=True)
    (folder / "mailspec.yml").write_text(MAIN)
    git("init", "-q", "-b", "main")
    for changed in (0, size // 10):
        (folder / "users/people.yml").write_text(people(size, changed))
        git("add", "-A")
        git("commit", "-q", "-m", f"{changed} changed")


class Taken(NamedTuple):
    """Medians of the runs: wall and processor seconds, and the peak of memory in MiB."""

    wall: float
    processor: float
    memory: float


def measure(folder: Path, size: int) -> Taken:
    """Run ``diff`` and hold its answer to what was changed."""
    runs = []
    for _ in range(RUNS):
        start = time.perf_counter()
        command = [Path(sys.executable).with_name("mailspec"), "diff", "HEAD~1...HEAD", "--format", "json=diff.json"]
        with subprocess.Popen(command, cwd=folder) as process:
            # What this process and its own Git took, not what all runs so far did.
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        runs.append((time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
        told = json.loads((folder / "diff.json").read_text(encoding="utf-8"))
        touched = {name for effect in told["effects"] for name in effect["objects"]}
        if process.returncode or len(touched) != size // 10:
            raise SystemExit(f"diff told of {len(touched)} people, {size // 10} changed")
    return Taken(*map(statistics.median, zip(*runs, strict=True)))


def main() -> None:
    """Measure both sizes and print them."""
    found = []
    with tempfile.TemporaryDirectory() as root:
        for size in SIZES:
            folder = Path(root) / str(size)
            repository(folder, size)
            found.append(taken := measure(folder, size))
            print(
                f"{size:>6,} people, {size // 10:>4} changed: {taken.wall:.2f} s "
                f"({taken.processor:.2f} s of processor), {taken.memory:.0f} MiB",
                flush=True,
            )
    few, many = found
    print(
        f"ratio {many.wall / few.wall:.1f} ({many.processor / few.processor:.1f} of processor) for 10 times the people"
    )


if __name__ == "__main__":
    main()
