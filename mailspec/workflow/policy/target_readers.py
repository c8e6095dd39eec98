"""For whom a file is written.

A change that says otherwise makes values code, or references to secrets, for the program that really reads the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mailspec.files.opening import follow_links
from mailspec.load.spec import Spec
from mailspec.plan.desired import TargetDesired
from mailspec.resolve.environments import path_of_target
from mailspec.targets.base import TargetProblem
from mailspec.targets.registry import find, paths_of

# What says for whom a file is written: in which syntax, under which names, and with what in place of secrets; with what
# counts where it is left out.
_WORDS = {
    "type": "env_file",
    "dialect": "dotenv",
    "preset": "generic",
    "prefix": "",
    "person": "",
    "format": "",
    "template": "",
    "product": "",
    "secrets": "references",
    "service": "",
    "resource": "",
    "namespace": "",
    "store": "",
    "remote": "",
    "credential": "",
    "encrypt": "",
}
_FORMATS = {"export": "json", "form": "text"}


class Written(NamedTuple):
    """A file or folder that a target writes, with links followed, and for whom; on which machine, ``None`` for any.

    ``files`` are the file itself, or those in the folder, with links followed.
    """

    target: str
    place: str
    machine: str | None
    reader: tuple[str, ...]
    files: tuple[str, ...]


def written_by(spec: Spec) -> list[Written]:
    """Return what the targets of a Spec write."""
    found = []
    for name, item in spec.targets.items():
        type_ = item.get("type") or _WORDS["type"]
        kind = find(str(type_))
        usual = None if isinstance(kind, TargetProblem) else kind.place_of(item.data)
        path = path_of_target(spec, item) or usual
        if isinstance(path, str) and "\0" not in path:
            found.append(_written(TargetDesired(name, str(type_), path, {}, item.data), item.get("machine"), spec.root))
    return found


def written_for(targets: Iterable[TargetDesired], root: str) -> list[Written]:
    """Return what targets write that no file declares any more, or not so."""
    return [_written(target, target.machine, root) for target in targets if "\0" not in target.path]


def _written(target: TargetDesired, machine: str | None, root: str) -> Written:
    place, *files = (follow_links(os.path.join(root, path)) for path in (target.path, *paths_of(target)))
    return Written(target.name, place, machine, _reader({**target.options, "type": target.type}), tuple(files))


def other_readers(before: Iterable[Written], after: Iterable[Written]) -> Iterator[str]:
    """Yield, in words, each file that was written and that now would be written for another reader.

    A shell, for instance, runs what ``dialect: docker`` writes as it is. Files are compared whatever the target that
    writes them is called. Some targets write a folder of files, each with a reader of its own: what nobody wrote is
    compared with all that lies below it, or above.
    """
    known: dict[str, list[Written]] = {}
    for entry in before:
        known.setdefault(entry.place, []).append(entry)
    above: dict[str, list[Written]] = {}
    for place, entries in known.items():
        for folder in _folders(place):
            above.setdefault(folder, []).extend(entries)
    for entry in after if known else ():
        exact = _on_same_machine(known.get(entry.place, []), entry)
        near = [] if exact else [*above.get(entry.place, [])]
        near += [] if exact else [other for folder in _folders(entry.place) for other in known.get(folder, [])]
        wrong = [reader for reader in _on_same_machine(near, entry) if reader != entry.reader]
        if entry.reader not in exact and (exact or wrong):
            changed = zip(_WORDS, (exact or wrong)[0], entry.reader, strict=True)
            words = ", ".join(f"{word} {old or 'none'} -> {new or 'none'}" for word, old, new in changed if old != new)
            yield f"{entry.place} (target '{entry.target}'): {words}"


def _on_same_machine(others: list[Written], entry: Written) -> list[tuple[str, ...]]:
    """Return for whom the same machine's files are written, else those of every machine."""
    same = [other for other in others if other.machine == entry.machine]
    return [other.reader for other in same or others]


def _reader(words: Mapping[str, Any]) -> tuple[str, ...]:
    usual = {**_WORDS, "format": _FORMATS.get(str(words.get("type")), "")}
    # A template writes what its text says: which file it is changes no more than that text may.
    words = {**words, "template": "yes" if words.get("template") else ""}
    return tuple(str(words.get(word) or usual[word]) for word in _WORDS)


def _folders(place: str) -> Iterator[str]:
    """Yield the folders that a file lies in, but for the root."""
    while (place := os.path.dirname(place)) not in ("/", ""):
        yield place
