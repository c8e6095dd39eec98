"""Packages are named by name and version alone: no file says from where they are fetched.

So a clone installs from whatever its machine is set up with, and no lock file can point elsewhere.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = ("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "deb" + r"\.debian\.org")
OPTIONS = ("--(extra-)?" + "index-url", "--find-" + "links", r"^\s*registry\s*=")
FORBIDDEN = re.compile("|".join((*HOSTS, *OPTIONS)), re.IGNORECASE)
PINNED = re.compile(r"(#.*|[A-Za-z0-9@/._-]+(==|@)[0-9][A-Za-z0-9.+-]*)?")
# Files that do nothing but pin, wherever they stand.
LOCK = re.compile(
    r"(?:constraints|requirements|peers)[\w-]*\.txt|.+\.(?:npm|lock)|(?:package-lock|npm-shrinkwrap)\.json"
)


def tracked(root: Path) -> list[Path]:
    """List the files of the checkout that Git holds or would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return [root / name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()]


def problems(root: Path) -> list[str]:
    """Say which file names an address of packages, and which pin is more than a name and a version."""
    found = []
    files = tracked(root)
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{path.relative_to(root)}:{number}: names where packages are fetched from")
    for lock in files:
        if LOCK.fullmatch(lock.name) is None:
            continue
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
            if not PINNED.fullmatch(line):
                found.append(f"{lock.relative_to(root)}:{number}: only NAME==VERSION or NAME@VERSION")
    return found


def main() -> int:
    found = problems(Path(__file__).parents[2])
    print(*found, sep="\n", end="\n" if found else "")
    print(f"addresses: {'none named' if not found else len(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
