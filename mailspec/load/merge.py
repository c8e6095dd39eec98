"""Many files make one Spec: lists are joined, maps are merged, nothing is declared twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.load.item import NONE, Item, Path, Place, place_of, pointer
from mailspec.load.reading import FileData
from mailspec.load.spec import KIND_OF, LISTS, MAPS, Spec, name_key
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.source.layout import MAIN
from mailspec.text import Document


class Overlay:
    """One environment's sections from one place, before they are merged onto the base."""

    __slots__ = ("data", "place")

    def __init__(self, data: dict[str, Any], place: Place) -> None:
        self.data = data
        self.place = place


class Merger:
    """Collects the files of a project into its base and its overlays."""

    def __init__(self, root: str, findings: list[Finding]) -> None:
        self.root = root
        self.findings = findings
        self.documents: list[Document] = []
        self.maps: dict[str, Item] = {}
        self.lists: dict[str, dict[str, Item]] = {name: {} for name in LISTS}
        self.overlays: dict[str, list[Overlay]] = {}
        self._paths: dict[str, list[Path]] = {name: [] for name in LISTS}
        # The sections of which something could not be read.
        self.gaps: set[str] = set()
        # May stand in several files, as long as they agree.
        self.requires: Item | None = None

    def add(self, file: FileData) -> None:
        """Take one file in."""
        document, data = file.document, file.data
        self.documents.append(document)
        if file.environment is not None:
            self.overlays.setdefault(file.environment, []).append(Overlay(data, (document, ())))
            return
        damaged = _by_section(file.damaged)
        self.gaps.update(str(section) for section, paths in damaged.items() if () in paths)
        for problem in document.problems:
            if problem.kind == "duplicate_key":
                self.gaps.update(str(step) for step in problem.path[:1])
            elif problem.kind == "documents":
                self.lack(None)
        for section, value in data.items():
            if section in self.lists:
                if value:
                    self._add_list(section, value, document, damaged.get(section, ()))
            elif section in MAPS:
                if isinstance(value, dict):
                    more = Item(value, (document, (section,)), None, frozenset(damaged.get(section, ())))
                    entries = self.maps.get(section)
                    self.maps[section] = more if entries is None else joined(entries, more, self.findings)
            elif section == "environments" and isinstance(value, dict):
                for name, sections in value.items():
                    if isinstance(sections, dict):
                        place = (document, ("environments", name))
                        self.overlays.setdefault(name, []).append(Overlay(sections, place))
            elif section == "requires":
                self._add_requires(value, document)

    def lack(self, environment: str | None) -> None:
        """Take in that a file could not be read: whatever it declares is unknown, not missing."""
        if environment is None:
            self.gaps.update((*LISTS, *MAPS))
        else:
            self.overlays.setdefault(environment, [])

    def base(self, main: Document) -> Spec:
        """Return the Spec without any overlay. What nobody declared has its place in the ``main`` document."""
        maps = {name: self.maps.get(name) or Item({}, (main, ())) for name in MAPS}
        names, gaps = tuple(sorted(self.overlays)), frozenset(self.gaps)
        return Spec(self.root, self.documents, maps, self.lists, names, prefix=main.name.removesuffix(MAIN), gaps=gaps)

    def _add_list(self, section: str, items: list[Any], document: Document, damaged: Sequence[Path]) -> None:
        entries = self.lists[section]
        key = name_key(section)
        gone: dict[str | int, set[Path]] = {}
        for path in damaged:
            gone.setdefault(path[0], set()).add(path[1:])
        paths = self._paths[section]
        # All files have a first item, and many a second: one path serves them all.
        paths.extend([(section, index) for index in range(len(paths), len(items))])
        for index, data in enumerate(items):
            name = data.get(key) if isinstance(data, dict) else None
            if name is None:
                self.gaps.add(section)
                continue
            item = Item(data, (document, paths[index]), None, frozenset(gone[index]) if index in gone else NONE)
            # E-mail addresses name the same person however they are written; most are small already, and kept once.
            identity = name if section != "users" or name.islower() else name.lower()
            first = entries.setdefault(identity, item)
            if first is not item:
                self.findings.append(twice(f"{KIND_OF[section]} '{name}'", first, item, (key,)))

    def _add_requires(self, value: str, document: Document) -> None:
        declared = Item({"requires": value}, (document, ()))
        if self.requires is None:
            self.requires = declared
        elif self.requires.data != declared.data:
            self.findings.append(twice("'requires'", self.requires, declared, ("requires",)))


def _by_section(damaged: list[Path]) -> dict[str | int, list[Path]]:
    found: dict[str | int, list[Path]] = {}
    for path in damaged:
        if path:
            found.setdefault(path[0], []).append(path[1:])
    return found


def joined(item: Item, more: Item, findings: list[Finding]) -> Item:
    """Return one map of two: what stands in both is a finding, except for lists, which are joined."""
    damaged = item.damaged | more.damaged
    if not item.data:
        return Item(more.data, more.place, more.elsewhere, damaged)
    elsewhere = dict(item.elsewhere or {})
    data = _join(item, item.data, more, more.data, (), elsewhere, findings)
    return Item(data, item.place, elsewhere, damaged)


def _join(
    item: Item,
    first: dict[str, Any],
    more: Item,
    second: dict[str, Any],
    path: Path,
    elsewhere: dict[Path, Place],
    findings: list[Finding],
) -> dict[str, Any]:
    merged = dict(first)
    for key, value in second.items():
        here = (*path, key)
        if key not in merged:
            merged[key] = value
            elsewhere[here] = more.source(here)
        elif isinstance(value, dict) and isinstance(merged[key], dict):
            merged[key] = _join(item, merged[key], more, value, here, elsewhere, findings)
        elif isinstance(value, list) and isinstance(merged[key], list):
            for index, _ in enumerate(value):
                elsewhere[(*here, len(merged[key]) + index)] = more.source((*here, index))
            merged[key] = [*merged[key], *value]
        else:
            findings.append(twice(f"'{key}'", item, more, here))
    return merged


def twice(what: str, first: Item, second: Item, path: Path) -> Finding:
    """Say that something is declared in two places, naming both."""
    document, inner = second.source(path)
    return finding(
        "MS005",
        f"{what[:1].upper()}{what[1:]} is declared twice.",
        place_of(document, inner),
        path=pointer(inner),
        related=[Related(first.locate(path), "first declared here")],
        help="Keep one of the two. What differs between environments belongs in environments/NAME.yml.",
    )
