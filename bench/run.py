"""`make bench`: CPU seconds of mailspec validate (schema, rules, across files) beside tools that check shapes only.

The tools take turns inside each round, so that a machine that slows down slows all of them.
``--smoke`` walks through everything with 50 files and judges no bar.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from bench.bars import Bar, Times, bars
from bench.measure import UnexpectedExitError, peak_mib, seconds
from bench.repositories import VARIANTS, Repository, write
from bench.tools import MAILSPEC, PLAIN, ROOT, TOOLS, Tool

IMPORTS = [str(PLAIN / "python"), "-c", "import click, pydantic, ruamel.yaml"]
LARGE = 10_000


def compare(repository: Repository, tools: Sequence[Tool], rounds: int) -> dict[str, list[float]]:
    """Time every tool in turns; the first round only warms the page cache."""
    held: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            taken = seconds(
                tool.command(repository),
                repository.folder,
                tool.expected(repository),
                tool.mark or "",
                tool.marks(repository),
            )
            if number or rounds == 1:
                held[tool.name].append(taken)
    return held


def startup(scratch: Path, rounds: int) -> dict[str, list[float]]:
    """Time a validate of the quickstart beside the bare import of its three libraries, in turns."""
    folder = scratch / "elsewhere"
    folder.mkdir()
    own = [str(MAILSPEC.program), "validate", str(ROOT / "examples/quickstart")]
    held: dict[str, list[float]] = {"validate": [], "imports": []}
    for _ in range(rounds):
        held["validate"].append(seconds(own, folder, 0))
        held["imports"].append(seconds(IMPORTS, folder, 0))
    return held


def row(label: str, name: str, times: list[float], own: float | None, peak: float | None) -> str:
    middle = statistics.median(times)
    ratio = "" if own is None else f"{own / middle:.2f}"
    memory = "" if peak is None else f"{peak:.0f}"
    return f"{label:<16} {name:<18} {middle:9.3f} {min(times):9.3f} {max(times):9.3f} {ratio:>8} {memory:>8}"


@dataclass
class Results:
    """Everything that was measured; keys are (size, variant, tool)."""

    raw: dict[tuple[int, str, str], list[float]] = field(default_factory=dict)
    peaks: Times = field(default_factory=dict)
    started: dict[str, list[float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def medians(self) -> Times:
        return {key: statistics.median(times) for key, times in self.raw.items()}

    def bars(self) -> list[Bar]:
        middle = {name: statistics.median(times) for name, times in self.started.items()}
        ratio = middle["validate"] / middle["imports"] if middle else None
        return bars(self.medians, self.peaks, ratio)

    def save(self, path: Path) -> None:
        def named(held: Mapping[tuple[int, str, str], object]) -> dict[str, object]:
            return {"/".join(map(str, key)): value for key, value in held.items()}

        document = {
            "machine": {"python": platform.python_version(), "system": platform.platform()},
            "seconds": named(self.raw),
            "startup_seconds": self.started,
            "peak_mib": named(self.peaks),
            "bars": [{"name": b.name, "value": b.value, "most": b.most, "holds": b.holds} for b in self.bars()],
        }
        path.write_text(json.dumps(document, indent=1) + "\n")


def measure(results: Results, repository: Repository, tools: Sequence[Tool], rounds: int) -> None:
    """Time all tools on one repository, then look at their memory in a run of its own, and print the rows."""
    held = compare(repository, tools, rounds)
    for tool in tools:
        key = (repository.size, repository.variant, tool.name)
        results.raw[key] = held[tool.name]
        if tool is MAILSPEC or repository.size < LARGE:
            results.peaks[key] = peak_mib(tool.command(repository), repository.folder)
        own = results.medians.get((repository.size, repository.variant, MAILSPEC.name))
        print(row(repository.label, tool.name, held[tool.name], own, results.peaks.get(key)), flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds on the smaller repositories")
    parser.add_argument("--large-rounds", type=int, default=3, help="measured rounds on 10,000 files")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, LARGE])
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=VARIANTS)
    parser.add_argument("--tools", nargs="+", help="only these")
    parser.add_argument("--smoke", action="store_true")
    chosen = parser.parse_args()
    if chosen.smoke:
        chosen.rounds, chosen.sizes = 1, [50]
    return chosen


def main() -> int:
    chosen = options()
    results = Results()
    for tool in TOOLS:
        if not tool.installed:
            print(f"left out, not installed: {tool.name}")
    tools = [tool for tool in TOOLS if tool.installed and (not chosen.tools or tool.name in chosen.tools)]
    print(f"{'repository':<16} {'tool':<18} {'CPU s':>9} {'min':>9} {'max':>9} {'ratio':>8} {'MiB':>8}")
    with tempfile.TemporaryDirectory(prefix="mailspec-bench-") as scratch:
        for size, variant in product(chosen.sizes, chosen.variants):
            rounds = chosen.large_rounds if size >= LARGE else chosen.rounds
            try:
                measure(results, write(Path(scratch), variant, size), tools, rounds)
            except UnexpectedExitError as problem:
                results.problems.append(f"{size:,} {variant} was not measured: {problem}")
        try:
            results.started = startup(Path(scratch), 1 if chosen.smoke else 15)
        except UnexpectedExitError as problem:
            results.problems.append(f"the start was not measured: {problem}")
    for name, times in results.started.items():
        print(row("quickstart", name, times, None, None))
    verdicts = [] if chosen.smoke else results.bars()
    print(*verdicts, *results.problems, sep="\n")
    if not chosen.smoke:
        results.save(ROOT / "bench/results.json")
    return 1 if results.problems or not all(bar.holds for bar in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
