"""People of a table into files that are there: what the table says is set, all else stays to the byte."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import finding
from mailspec.text import Document, read
from mailspec.text.edit import splice
from mailspec.text.edit_data import Splice, add_items, content_end, list_lines, remove_items, set_value
from mailspec.text.span import Path
from mailspec.workflow.people.people_csv import Table


class Updated(NamedTuple):
    """A file with other contents: where it lies, its bytes before and after, and how many people it then holds."""

    path: str
    before: bytes
    after: bytes
    people: int


class Update:
    """The changes to files that are there, gathered file by file."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._splices: dict[str, list[Splice]] = {}
        self._documents: dict[str, Document] = {}
        self._wanted: dict[str, Any] = {}
        self._added: dict[str, list[tuple[Path, list[Any]]]] = {}

    def _open(self, document: Document) -> tuple[list[Splice], Any]:
        name = document.name
        if name not in self._documents:
            self._documents[name] = document
            self._splices[name] = []
            self._wanted[name] = copy.deepcopy(document.data)
        return self._splices[name], self._wanted[name]

    def person(self, item: Item, data: dict[str, Any]) -> tuple[str, ...]:
        """Set what a row says of somebody who is declared; return the words that change, with dots."""
        changed = []
        for path, value in _values(item.data, data):
            document, place = item.source(path)
            splices, wanted = self._open(document)
            splices.append(set_value(document, place, value))
            _set(wanted, place, value)
            changed.append(".".join(map(str, path)))
        return tuple(changed)

    def members(self, group: Item, added: list[str], removed: set[str]) -> list[str]:
        """Add addresses to a group and take others out; return those that come or go."""
        document, place = group.source(("members",))
        there = [str(member) for member in group.get("members") or ()]
        gone = {number for number, member in enumerate(there) if member.lower() in removed}
        new = [address for address in added if address.lower() not in {member.lower() for member in there}]
        if not gone and not new:
            return []
        splices, wanted = self._open(document)
        left = [member for number, member in enumerate(there) if number not in gone]
        if gone:
            splices.extend(remove_items(document, place, gone))
        if new:
            self._added.setdefault(document.name, []).append((place, list(new)))
        _set(wanted, place, [*left, *new])
        return [*new, *(there[number] for number in sorted(gone))]

    def add(self, document: Document, section: str, items: list[dict[str, Any]]) -> None:
        """Add items to a section of a file, which is made where it lacks."""
        _, wanted = self._open(document)
        self._added.setdefault(document.name, []).append(((section,), list(items)))
        wanted[section] = [*(wanted.get(section) or ()), *items]

    def remove(self, items: Iterable[Item]) -> None:
        """Take people out of their files, each with the comment right above."""
        numbers: dict[tuple[str, Path], set[int]] = {}
        for item in items:
            document, place = item.source()
            self._open(document)
            numbers.setdefault((document.name, place[:-1]), set()).add(int(place[-1]))
        for (name, place), gone in numbers.items():
            document = self._documents[name]
            self._splices[name].extend(remove_items(document, place, gone))
            above = self._wanted[name]
            for step in place:
                above = above[step]
            above[:] = [entry for number, entry in enumerate(above) if number not in gone]

    def _text_of(self, document: Document) -> str | None:
        """Return a file's text with all changes made, ``None`` where they cannot be made."""
        # What an alias repeats would change in two places.
        text = None if document.has_aliases else _spliced(document, self._splices[document.name])
        # What is added comes behind what is left then.
        for path, items in self._added.get(document.name, ()):
            left = None if text is None else read(document.name, text.encode())
            if left is None or not left.usable:
                return None
            text = _spliced(left, [_appended(left, path, items)])
        return text

    def files(self, table: Table) -> tuple[list[Updated], list[Finding]]:
        """Return the files with all changes made, and a finding for each that cannot be changed safely."""
        files, findings = [], []
        for name, document in sorted(self._documents.items()):
            if not self._splices[name] and name not in self._added:
                continue
            text = self._text_of(document)
            after = None if text is None else read(name, document.encode(text))
            if text is None or after is None or not after.usable or after.data != self._wanted[name]:
                findings.append(
                    finding(
                        "MS003",
                        f"{name} cannot be changed by an import: it uses anchors, aliases or a layout that the "
                        "import does not write.",
                        table.cells.locate(1, 0),
                        help="Change the people in it by hand, or take them out of the table.",
                    )
                )
                continue
            path = os.path.join(self._spec.root, self._spec.inside(name))
            people = len(after.data.get("users") or ()) if isinstance(after.data, dict) else 0
            files.append(Updated(path, document.encode(document.text), document.encode(text), people))
        return files, findings


def _appended(document: Document, path: Path, items: list[Any]) -> Splice:
    above: Any = document.data if isinstance(document.data, dict) else {}
    for step in path[:-1]:
        above = above[step]
    if above.get(path[-1]):
        return add_items(document, path, items)
    if path[-1] in above:
        key = document.places().find(path, key=True)
        column = key[0] - document.text.rfind("\n", 0, key[0]) - 1
        lines = list_lines(items, " " * (column + 2))
        return document.text.index(":", key[1]) + 1, content_end(document, path), "".join(f"\n{line}" for line in lines)
    if len(path) > 1:
        return set_value(document, path, items)
    end = len(document.text)
    line_break = "" if document.text.endswith("\n") or not end else "\n"
    return end, end, line_break + "\n".join([f"{path[0]}:", *list_lines(items, "  ")]) + "\n"


def _spliced(document: Document, splices: list[Splice]) -> str | None:
    joined: dict[tuple[int, int], str] = {}
    for start, end, text in splices:
        # Several words may come behind the same one; nothing may be replaced twice.
        if start != end and (start, end) in joined:
            return None
        joined[start, end] = joined.get((start, end), "") + text
    try:
        return splice(document.text, [(start, end, text) for (start, end), text in joined.items()])
    except ValueError:
        return None


def _values(there: dict[str, Any], data: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what differs: a whole part where it is not there, else word by word."""
    for key, value in data.items():
        current = there.get(key)
        if key == "email" and not path:
            continue
        if isinstance(value, dict) and isinstance(current, dict) and key != "password":
            yield from _values(current, value, (*path, key))
        elif current != value:
            yield (*path, key), value


def _set(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        if isinstance(data, dict) and not isinstance(data.get(step), dict | list):
            data[step] = {}
        data = data[step]
    data[path[-1]] = value
