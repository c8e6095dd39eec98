"""One input: which file of the project holds which bytes, and the command that is run on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

JSON = ("validate", "--format", "json")


@dataclass(frozen=True)
class Case:
    """``file`` is relative to the project; ``content`` takes its place."""

    file: str
    content: bytes
    args: tuple[str, ...] = JSON
    origin: str = ""

    def replace(self, content: bytes) -> Case:
        """Return the same case with another content."""
        return replace(self, content=content)

    def save(self, folder: Path, problem: str) -> Path:
        """Write the case to a file that `load` and a reviewer can read."""
        document = {
            "found": problem.splitlines()[0][:200],
            "file": self.file,
            "args": list(self.args),
            # Latin-1 keeps every byte as one character, so that a case stays readable in a diff.
            "content": self.content.decode("latin-1"),
        }
        name = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:10]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        return path


def load(path: Path) -> Case:
    """Read a saved case."""
    held = json.loads(path.read_text(encoding="utf-8"))
    return Case(held["file"], held["content"].encode("latin-1"), tuple(held["args"]), path.name)
