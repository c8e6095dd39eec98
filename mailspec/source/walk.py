"""The files below a folder of a project: no hidden one, and none that a link fetches from elsewhere."""

import os
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple

from mailspec.files.opening import follow_links
from mailspec.source.layout import ENDINGS, MAX_FILES, MAX_NAMES

LEADS_OUT = "it is a link that leads out of the project"
GOES_ROUND = "it is a link to a folder that it stands in"
TOO_MANY = (
    f"the folder is not listed: there are more than {MAX_FILES:,} folders or {MAX_NAMES:,} names"
    " to look through, each as often as links lead to it"
)


class Found(NamedTuple):
    """A path in the project with ``/``. ``refusal`` says in words why it is not read, ``""`` where it can be.

    ``linked`` is set where a link leads to it.
    """

    inside: str
    refusal: str = ""
    is_folder: bool = False
    linked: bool = False


class _Pending(NamedTuple):
    inside: str
    # Its own path, links followed: what is below many links would take long to find each time.
    real: str
    # Device and inode of the folders that hold it: a link to one of them would never end.
    above: frozenset[tuple[int, int]]
    linked: bool


def walk(root: str, start: str, enter: Callable[[str], bool] | None = None, most: int | None = None) -> Iterator[Found]:
    """Yield the YAML files below ``start`` (``""``: the whole project), and each folder that is not entered.

    ``enter`` tells which folders may hold what is looked for; the others are passed by in silence. The order is stable,
    not sorted. After ``most`` folders (as many as files may be) it ends with one that is refused: links can make any
    number.
    """
    real_root = follow_links(root)
    if not stays_inside(os.path.join(root, start), real_root):
        yield Found(start, LEADS_OUT, is_folder=True)
        return
    pending = [_Pending(start, follow_links(os.path.join(root, start)), _holders(root, start), False)]
    entered = names = 0
    while pending:
        current, folder, above, linked = pending.pop()
        entered += 1
        if entered > (MAX_FILES if most is None else most) or names > MAX_NAMES:
            yield Found(current, TOO_MANY, is_folder=True)
            return
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=attrgetter("name"))
            above |= {_identity(folder)}
        except OSError as error:
            yield Found(current or ".", f"the folder cannot be listed: {reason(error)}", is_folder=True)
            continue
        names += len(listed)
        here = f"{current}/" if current else ""
        for entry in listed:
            name = entry.name
            if name[0] == ".":
                continue
            inside = here + name
            if entry.is_file(follow_symlinks=False):
                if name.endswith(ENDINGS):
                    yield Found(inside, linked=linked)
                continue
            is_folder = _is_folder(entry)
            if not (is_folder or name.endswith(ENDINGS)) or (is_folder and enter is not None and not enter(inside)):
                continue
            real = follow_links(entry.path) if entry.is_symlink() else entry.path
            if not _is_below(real, real_root):
                yield Found(inside, LEADS_OUT, is_folder)
            elif is_folder and entry.is_symlink() and _identity(real) in above:
                yield Found(inside, GOES_ROUND, is_folder)
            elif is_folder:
                pending.append(_Pending(inside, real, above, linked or entry.is_symlink()))
            else:
                yield Found(inside, linked=True)


def stays_inside(path: str, real_root: str) -> bool:
    """Tell whether a path lies in the project once its links are followed."""
    return _is_below(follow_links(path), real_root)


def _is_below(real: str, real_root: str) -> bool:
    return real == real_root or real.startswith(real_root.rstrip(os.sep) + os.sep)


def reason(error: OSError) -> str:
    """Return what the system says, in the middle of a sentence."""
    return (error.strerror or "unreadable").lower()


def _holders(root: str, start: str) -> frozenset[tuple[int, int]]:
    entry = set()
    parts = start.split("/")
    for length in range(len(parts)):
        try:
            entry.add(_identity(os.path.join(root, *parts[:length])))
        except OSError:
            continue
    return frozenset(entry)


def _identity(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads to itself. Where it is named like a file, reading it says so.
        return False
