"""For whom a file is written.

A change that says otherwise makes values code, or references to secrets, for the program that really reads the file.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.load.spec import Spec

# What says in which syntax, and under which names, a file is written; with what counts where it is left out.
_WORDS = {"type": "env_file", "dialect": "dotenv", "preset": "generic", "prefix": ""}


def other_readers(before: Spec, after: Spec) -> Iterator[str]:
    """Yield, in words, each file that the base writes and that the change would write for another reader.

    A shell, for instance, runs what ``dialect: docker`` writes as it is. Files are compared with links followed,
    whatever the target that writes them is called.
    """
    known: dict[str, list[Item]] = {}
    for item in before.targets.values():
        for place in _place(before, item, after.root):
            known.setdefault(place, []).append(item)
    for name, item in after.targets.items() if known else ():
        for place in _place(after, item, after.root):
            same = [other for other in known.get(place, []) if other.get("machine") == item.get("machine")]
            earlier = [_reader(other) for other in same or known.get(place, [])]
            if earlier and _reader(item) not in earlier:
                changed = zip(_WORDS, earlier[0], _reader(item), strict=True)
                words = ", ".join(
                    f"{word} {old or 'none'} -> {new or 'none'}" for word, old, new in changed if old != new
                )
                yield f"{place} (target '{name}'): {words}"


def _reader(item: Item) -> tuple[str, ...]:
    return tuple(str(item.get(word) or usual) for word, usual in _WORDS.items())


def _place(spec: Spec, item: Item, root: str) -> Iterator[str]:
    path = item.get("path")
    if isinstance(path, str) and "\0" not in path:
        declaring = spec.inside(item.source(("path",))[0].name)
        yield os.path.realpath(os.path.join(root, posixpath.dirname(declaring), path))
