"""Time ``mailspec diff`` on people: ``python -m bench.diff_run``. 500 and 5,000 of them, a tenth changed.

Prints the median of the runs, the peak of memory, and the ratio of the two sizes: 10 is linear.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def measure(folder: Path, size: int) -> tuple[float, float]:
    """Return the median of wall seconds, and the peak of memory in MiB of all runs so far."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run(
            [Path(sys.executable).with_name("mailspec"), "diff", "HEAD~1...HEAD", "--format", "json"],
            cwd=folder,
            capture_output=True,
            check=True,
        )
        taken.append(time.perf_counter() - start)
        touched = {name for effect in json.loads(done.stdout)["effects"] for name in effect["objects"]}
        if len(touched) != size // 10:
            raise SystemExit(f"diff told of {len(touched)} people, {size // 10} changed")
    return statistics.median(taken), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Measure both sizes and print them."""
    found = []
    with tempfile.TemporaryDirectory() as root:
        for size in SIZES:
            folder = Path(root) / str(size)
            repository(folder, size)
            seconds, memory = measure(folder, size)
            found.append(seconds)
            print(f"{size:>6,} people, {size // 10:>4} changed: {seconds:.2f} s, at most {memory:.0f} MiB", flush=True)
    print(f"ratio {found[1] / found[0]:.1f} for 10 times the people")


if __name__ == "__main__":
    main()
