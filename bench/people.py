"""How long ``validate`` and ``show`` take, and how much memory, on thousands of people in small files.

Run: ``python -m bench.people``. The larger count is held against the smaller one: the growth must be linear.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAIN = """\
version: 1
instance: {name: Acme}
configurations:
  - name: Office
    state: active
    host: mail.acme.example
    port: 465
    auth: {username: office@acme.example, password: {env: OFFICE}}
general:
  users:
    mode: smtp
    account: {password: {keyring: "acme/{email}"}}
"""


def write(folder: Path, count: int) -> None:
    """Write a project with a file a person, 1,000 to a folder."""
    folder.mkdir(parents=True)
    (folder / "mailspec.yml").write_text(MAIN)
    for number in range(count):
        place = folder / "users" / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        own = f"\n    account: {{from: team{number % 9}@acme.example}}" if number % 10 == 0 else ""
        text = f"users:\n  - email: person{number:05}@acme.example\n    name: Person {number}{own}\n"
        (place / f"{number:05}.yml").write_text(text)


def measure(*command: str, cwd: Path) -> tuple[float, float]:
    """Return wall seconds and peak memory in MiB of one run."""
    start = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        whole = [sys.executable, "-m", "mailspec", *command]
        process = subprocess.Popen(whole, cwd=cwd, stdout=nothing, stderr=nothing)
        _pid, _status, usage = os.wait4(process.pid, 0)
    assert isinstance(usage, resource.struct_rusage)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Measure both sizes in turns and print a table with the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=[5_000, 50_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mailspec-people-"))
    try:
        for size in options.sizes:
            write(folder / str(size), size)
        print(f"{'people':>8}  {'command':<28}  {'median s':>9}  {'MiB':>6}")
        for command in (("validate", "-q"), ("show", "--format", "json"), ("show", "user:person00010@acme.example")):
            medians = []
            runs: dict[int, list[tuple[float, float]]] = {size: [] for size in options.sizes}
            for _ in range(options.rounds):
                for size in options.sizes:
                    runs[size].append(measure(*command, cwd=folder / str(size)))
            for size in options.sizes:
                seconds, memory = sorted(runs[size])[len(runs[size]) // 2]
                medians.append(seconds)
                print(f"{size:>8}  {' '.join(command)[:28]:<28}  {seconds:>9.2f}  {memory:>6.0f}")
            growth = medians[1] / medians[0]
            print(f"{'':>8}  grows {growth:.1f} x for {options.sizes[1] / options.sizes[0]:.0f} x the people")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
