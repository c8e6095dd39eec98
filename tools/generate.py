"""Writes everything that is generated: ``make generate``. With ``--check`` it fails where that changed a file."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# In this order: pages are written from the schemas and the providers, pictures from runs of all.
GENERATORS = (
    ("-m", "mailspec.schema.build"),
    ("-m", "mailspec.providers.compile"),
    ("tools/providers_page.py",),
    ("tools/diagnosis_page.py",),
    ("tools/rules_page.py",),
    ("-m", "tools.reference_page"),
    ("-m", "tools.targets.page"),
    ("tools/pictures.py",),
)


def contents() -> dict[str, bytes]:
    """Return a digest of each file that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name.decode() for name in listed.stdout.split(b"\0") if name]
    return {name: hashlib.sha256((ROOT / name).read_bytes()).digest() for name in names if (ROOT / name).is_file()}


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    before = contents()
    for words in GENERATORS:
        subprocess.run([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = contents()
    changed = sorted(name for name in after if after[name] != before.get(name))
    for name in changed:
        print(f"{'stale, written anew' if check else 'written'}: {name}")
    if check and changed:
        print("Commit these with what they come from.")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
