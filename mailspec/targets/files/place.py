"""Where a file target really is, and the names that belong to it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mailspec.targets.base import TargetProblem


@dataclass(frozen=True, slots=True)
class Place:
    """The file itself, links followed, and what stands beside it while it is written."""

    path: Path

    @property
    def folder(self) -> Path:
        """Return the folder in which everything happens."""
        return self.path.parent

    @property
    def new(self) -> Path:
        """Return the staged content's path."""
        return self._beside("new")

    @property
    def backup(self) -> Path:
        """Return the former content's path, while an apply is under way."""
        return self._beside("backup")

    @property
    def journal(self) -> Path:
        """Return the journal's path."""
        return self._beside("journal")

    @property
    def kept(self) -> Path:
        """Return where the former content stays with ``backup: true`` (or where it had to be left)."""
        return self.path.with_name(f"{self.path.name}.mailspec-kept")

    def _beside(self, word: str) -> Path:
        return self.path.with_name(f".{self.path.name}.mailspec-{word}")


def locate(path: str, root: Path) -> Place:
    """Return the place of a target's path. A link stays a link: what it points to is written."""
    return Place(Path(os.path.realpath(root / path)))


def unusable(place: Place) -> TargetProblem | None:
    """Say why the file could not be replaced, before anything is tried."""
    try:
        folder = place.folder.stat()
    except OSError as error:
        return TargetProblem(
            f"its folder {place.folder} cannot be used: {error.strerror}",
            "create the folder with the owner and mode that the program needs; mailspec does not guess them",
        )
    if not stat.S_ISDIR(folder.st_mode):
        return TargetProblem(f"{place.folder} is no folder")
    try:
        held = place.path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return TargetProblem(f"{place.path} cannot be read: {error.strerror}")
    if not stat.S_ISREG(held.st_mode):
        return TargetProblem(f"{place.path} is no regular file")
    if held.st_nlink > 1:
        return TargetProblem(
            f"{place.path} has {held.st_nlink} hard links, and replacing it would cut them",
            "make the other names symbolic links to this file",
        )
    return None
