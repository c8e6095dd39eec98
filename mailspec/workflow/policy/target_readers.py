"""For whom a file is written.

A change that says otherwise makes values code, or references to secrets, for the program that really reads the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.resolve.environments import path_of_target

# What says in which syntax, and under which names, a file is written; with what counts where it is left out.
_WORDS = {"type": "env_file", "dialect": "dotenv", "preset": "generic", "prefix": ""}


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
    return tuple(str(item.get(word) or usual) for word, usual in _WORDS.items())


def _folders(place: str) -> Iterator[str]:
    """Yield the folders that a file lies in, but for the root."""
    while (place := os.path.dirname(place)) != "/":
        yield place


def _place(spec: Spec, item: Item) -> str:
    """Return the file that a target writes with links followed, empty where it has no path of its own."""
    path = path_of_target(spec, item)
    return "" if path is None or "\0" in path else os.path.realpath(path)
