"""For whom a file is written.

A change that says otherwise makes values code, or references to secrets, for the program that really reads the file.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.resolve.environments import path_of_target
from mailspec.source.folder import Folder
from mailspec.source.revision import GitRevision

Files = Folder | GitRevision
_MOST_LINKS = 40  # as many as the system follows

# What says in which syntax, under which names, and with what in place of secrets a file is written; with what counts
# where it is left out.
_WORDS = {
    "type": "env_file",
    "dialect": "dotenv",
    "preset": "generic",
    "prefix": "",
    "format": "",
    "template": "",
    "secrets": "references",
    "encrypt": "",
}
_FORMATS = {"export": "json", "form": "text"}


def other_readers(before: Spec, after: Spec) -> Iterator[str]:
    """Yield, in words, each file that the base writes and that the change would write for another reader.

    A shell, for instance, runs what ``dialect: docker`` writes as it is. Files are compared with links followed,
    whatever the target that writes them is called. Some targets write a folder of files, each with a reader of its own:
    what lies below a path of the base, or above it, is compared with it too.
    """
    known: dict[str, list[Item]] = {}
    for item in before.targets.values():
        if place := _place(before, item):
            known.setdefault(place, []).append(item)
    above: dict[str, list[Item]] = {}
    for place, items in known.items():
        for folder in _folders(place):
            above.setdefault(folder, []).extend(items)
    for name, item in after.targets.items() if known else ():
        if place := _place(after, item):
            others = [*known.get(place, []), *above.get(place, [])]
            others += [other for folder in _folders(place) for other in known.get(folder, [])]
            same = [other for other in others if other.get("machine") == item.get("machine")]
            earlier = [_reader(other) for other in same or others]
            if earlier and _reader(item) not in earlier:
                changed = zip(_WORDS, earlier[0], _reader(item), strict=True)
                words = ", ".join(
                    f"{word} {old or 'none'} -> {new or 'none'}" for word, old, new in changed if old != new
                )
                yield f"{place} (target '{name}'): {words}"


def _reader(item: Item) -> tuple[str, ...]:
    usual = {**_WORDS, "format": _FORMATS.get(str(item.get("type")), "")}
    return tuple(str(item.get(word) or usual[word]) for word in _WORDS)


def _folders(place: str) -> Iterator[str]:
    """Yield the folders that a file lies in, but for the root."""
    while (place := os.path.dirname(place)) != "/":
        yield place


def _place(spec: Spec, item: Item) -> str:
    """Return the file that a target writes with links followed, empty where it has no path of its own."""
    path = path_of_target(spec, item)
    return "" if path is None or "\0" in path else os.path.realpath(path)


def moved_links(before: Spec, base: Files, change: Files) -> Iterator[str]:
    """Yield, in words, each link of the base through which it writes a file and which the change leads elsewhere.

    Where it led no file of the change tells any more, so that what is written there could not be compared.
    """
    for name, item in before.targets.items():
        path = path_of_target(before, item)
        for link in () if path is None or "\0" in path else _links(_below(before.root, path), base):
            if change.link(link) != base.link(link):
                yield f"{link}, a link to what the target '{name}' writes, leads elsewhere"


def _below(root: str, path: str) -> str:
    """Return a path as it is written from the project's folder on, empty where it starts elsewhere."""
    for folder in (root, os.path.abspath(root), os.path.realpath(root)):
        if path.startswith(f"{folder}/"):
            return path[len(folder) + 1 :]
    return ""


def _links(path: str, source: Files) -> Iterator[str]:
    """Yield the links of a project that a path leads through, each followed where it stays in the project."""
    pending, here, left = path.split("/"), "", _MOST_LINKS
    while pending and left:
        here = posixpath.normpath(posixpath.join(here, pending.pop(0)))
        if here.startswith(".."):
            return
        led = source.link(here)
        if led:
            left -= 1
            yield here
            if led.startswith("/"):
                return
            pending, here = [*led.split("/"), *pending], posixpath.dirname(here)
