"""Print what pip installs by hash: every wheel of a folder with its version and SHA-256.

Usage: ``python -m tools.pinned FOLDER``. ``make wheels`` fills dist/wheels from the checkout and writes the file.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def requirements(*folders: Path) -> str:
    """Return a requirements file for ``pip install --require-hashes``; a package's wheels stand together."""
    found: dict[str, list[str]] = {}
    for wheel in sorted(path for folder in folders for path in folder.glob("*.whl")):
        # The binary distribution format: NAME-VERSION-... (packaging.python.org, "Binary distribution format").
        name, version = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        found.setdefault(f"{name.lower().replace('_', '-')}=={version}", []).append(f"--hash=sha256:{digest}")
    return "".join(f"{package} {' '.join(hashes)}\n" for package, hashes in found.items())


if __name__ == "__main__":
    print(requirements(*map(Path, sys.argv[1:])), end="")
