"""A small project on disk in which one file at a time is replaced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Where an input is put, and how often: the main file, a part, an overlay.
PLACES = (
    "mailspec.yml",
    "mailspec.yml",
    "configurations/primary.yml",
    "users/people.yml",
    "environments/staging.yml",
)


class Project:
    """A copy of the quickstart; ``put`` replaces a file, ``restore`` brings all back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "examples/quickstart", folder, dirs_exist_ok=True)
        self.good = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.yml")}

    def put(self, file: str, content: bytes) -> None:
        """Write one file of the project."""
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def bytes_of(self, name: str) -> bytes:
        """Return what a file holds, nothing where it does not exist."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else b""

    def tree(self) -> dict[str, bytes]:
        """Return every spec file's bytes."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*.yml")}

    def take_back(self, file: str) -> None:
        """Undo one `put`."""
        good = self.good.get(Path(file))
        if good is None:
            (self.folder / file).unlink()
        else:
            (self.folder / file).write_bytes(good)

    def restore(self) -> None:
        """Put back everything that was, and remove what was added."""
        for path in self.folder.rglob("*"):
            relative = path.relative_to(self.folder)
            if path.is_file() and relative not in self.good:
                path.unlink()
        for relative, content in self.good.items():
            (self.folder / relative).write_bytes(content)

    def enter(self) -> None:
        """Make the project the working folder."""
        os.chdir(self.folder)
