"""Where a file target really is, and the names that belong to it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mailspec.files.opening import follow_links
from mailspec.files.own_names import Word, beside, kept
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
        return self.path.with_name(kept(self.path.name))

    @property
    def owner(self) -> Path:
        """Return the path of the file that says whose this one is, where the format has no comments."""
        return self._beside("owner")

    def _beside(self, word: Word) -> Path:
        return self.path.with_name(beside(self.path.name, word))


def locate(path: str, root: Path) -> Place:
    """Return the place of a target's path. A link stays a link: what it points to is written."""
    return Place(Path(follow_links(root / path)))


def unusable(place: Place, *, beside: bool = False) -> TargetProblem | None:
    """Say why the file could not be replaced, before anything is tried.

    ``beside`` tells that it is one of ours beside a target's, where no link was followed.
    """
    try:
        folder = place.folder.stat()
    except OSError as error:
        return TargetProblem(f"its folder {place.folder} cannot be used: {error.strerror}", _folder_cure(error))
    if not stat.S_ISDIR(folder.st_mode):
        return TargetProblem(f"{place.folder} is no folder", _OTHER_PATH)
    try:
        # The longest name that an apply gives to a file here, so that none fails halfway.
        place.journal.lstat()
    except FileNotFoundError:
        pass
    except OSError as error:
        return unreadable(place, error)
    try:
        info = place.path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return unreadable(place, error)
    if stat.S_ISLNK(info.st_mode):
        if beside:
            return TargetProblem(f"{place.path} is a link, which mailspec never makes there", _CURES[errno.ELOOP])
        # All links were followed, so this one comes round to itself.
        return TargetProblem(
            f"{place.path} is a link that leads to itself", "remove the link, or let it lead to a file"
        )
    if not stat.S_ISREG(info.st_mode):
        return TargetProblem(f"{place.path} is no regular file", _OTHER_PATH)
    if info.st_nlink > 1:
        return TargetProblem(
            f"{place.path} has {info.st_nlink} hard links, and replacing it would cut them",
            "make the other names symbolic links to this file",
        )
    return None


def unreadable(place: Place, error: OSError) -> TargetProblem:
    """Say why a target's file cannot be reached, and what to do."""
    if error.errno == errno.ENAMETOOLONG:
        # NAME_MAX of every usual file system counts bytes, not letters.
        most = _NAME_MAX - len(os.fsencode(place.journal.name)) + len(os.fsencode(place.path.name))
        return TargetProblem(
            f"the name of {place.path} is too long: mailspec writes files with longer names beside it",
            f"give it a name of at most {most} bytes",
        )
    return problem_of(place.path, error)


def problem_of(path: Path, error: OSError) -> TargetProblem:
    """Say why one file cannot be read, to whom it belongs where that is known, and what to do."""
    try:
        info = path.lstat()
    except (OSError, ValueError):
        return TargetProblem(f"{path} cannot be read: {error.strerror}", _CURES.get(error.errno or 0, ""))
    owner = f"it belongs to user {info.st_uid}, mode {stat.S_IMODE(info.st_mode):04o}"
    return TargetProblem(
        f"{path} cannot be read: {error.strerror} ({owner})", _CURES.get(error.errno or 0, "look at it")
    )


def _folder_cure(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "create the folder with the owner and mode that the program needs; mailspec does not guess them"
    return _CURES.get(error.errno or 0, "")


_NAME_MAX = 255
_OTHER_PATH = "give the target the path of a file in a folder"
_CURES = {
    errno.EACCES: "run mailspec as that user, or let this one read and write there",
    errno.EPERM: "look at who can write in its folder, then remove it; apply as the user whose apply left it",
    errno.ENOTDIR: _OTHER_PATH,
    errno.ENAMETOOLONG: "give it a shorter path",
    errno.ELOOP: "a symbolic link stands there: look at where it came from, then remove it",
}
