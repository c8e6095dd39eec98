"""Hold source files to a readable length: the package's median under 90 lines, no file over 350."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

MEDIAN = 90
LONGEST = 350
FOLDERS = ("mailspec", "tests", "tools", "bench")


def lengths(root: Path) -> dict[Path, int]:
    """Count the lines of each Python file in the checkout."""
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    return {path.relative_to(root): len(path.read_text(encoding="utf-8").splitlines()) for path in files}


def problems(counted: dict[Path, int]) -> list[str]:
    """Say what is too long; empty where all is well. Files with only a docstring do not press the median."""
    found = [f"{path}: {lines} lines, {LONGEST} at most" for path, lines in counted.items() if lines > LONGEST]
    package = [lines for path, lines in counted.items() if path.parts[0] == "mailspec" and lines > 3]
    if package and statistics.median(package) >= MEDIAN:
        found.append(f"mailspec: the median file has {statistics.median(package):g} lines, under {MEDIAN} wanted")
    return found


def main() -> int:
    counted = lengths(Path(__file__).parents[2])
    found = problems(counted)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"sizes: {len(counted)} files, the longest has {max(counted.values())} lines")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
