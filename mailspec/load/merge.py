"""Many files make one Spec: lists are joined, maps are merged, nothing is declared twice."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Item, Path, Place, place_of, pointer
from mailspec.load.reading import FileData
from mailspec.load.spec import KIND_OF, LISTS, MAPS, Spec, name_key
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.source.layout import MAIN
from mailspec.text import Document

# May stand in several files, as long as they agree.
_SCALARS = ("requires",)


class Overlay:
    """One environment's sections from one place, before they are merged onto the base."""

    __slots__ = ("data", "place")

    def __init__(self, data: dict[str, Any], place: Place) -> None:
        self.data = data
        self.place = place


class Merger:
    """Collects the files of a project into its base and its overlays."""

    def __init__(self, root: str, main: Document, findings: list[Finding]) -> None:
        self.root = root
        self.prefix = main.name.removesuffix(MAIN)
        self.findings = findings
        self.documents: list[Document] = []
        self.maps: dict[str, Item] = {name: Item({}, (main, ())) for name in MAPS}
        self.lists: dict[str, dict[str, Item]] = {name: {} for name in LISTS}
        self.overlays: dict[str, list[Overlay]] = {}
        self._scalars: dict[str, tuple[Any, Place]] = {}

    def add(self, file: FileData) -> None:
        """Take one file in."""
        document, data = file.document, file.data
        self.documents.append(document)
        if file.environment is not None:
            self.overlays.setdefault(file.environment, []).append(Overlay(data, (document, ())))
            return
        for section, value in data.items():
            if section in self.lists:
                if value:
                    self._add_list(section, value, document, file.damaged)
            elif section in self.maps:
                if isinstance(value, dict):
                    self._add_map(section, value, document, file.damaged)
            elif section == "environments" and isinstance(value, dict):
                for name, sections in value.items():
                    if isinstance(sections, dict):
                        place = (document, ("environments", name))
                        self.overlays.setdefault(name, []).append(Overlay(sections, place))
            elif section in _SCALARS:
                self._add_scalar(section, value, document)

    def base(self) -> Spec:
        """Return the Spec without any overlay."""
        names = tuple(sorted(self.overlays))
        return Spec(self.root, self.documents, self.maps, self.lists, names, prefix=self.prefix)

    def _add_list(self, section: str, items: list[Any], document: Document, damaged: list[Path]) -> None:
        held = self.lists[section]
        key = name_key(section)
        for index, data in enumerate(items):
            name = data.get(key) if isinstance(data, dict) else None
            if name is None:
                continue
            place: Place = (document, (section, index))
            gone = frozenset(path[2:] for path in damaged if path[:2] == (section, index)) if damaged else frozenset()
            # E-mail addresses name the same person however they are written.
            identity = name.lower() if section == "users" else name
            first = held.get(identity)
            if first is None:
                held[identity] = Item(data, place, None, gone)
            else:
                self.findings.append(twice(f"{KIND_OF[section]} '{name}'", first, Item(data, place), (key,)))

    def _add_map(self, section: str, value: dict[str, Any], document: Document, damaged: list[Path]) -> None:
        held = self.maps[section]
        place: Place = (document, (section,))
        gone = frozenset(path[1:] for path in damaged if path[:1] == (section,))
        if not held.data:
            self.maps[section] = Item(value, place, None, gone)
            return
        elsewhere = dict(held.elsewhere or {})
        merged = self._merge(held, held.data, Item(value, place), value, (), elsewhere)
        self.maps[section] = Item(merged, held.place, elsewhere, held.damaged | gone)

    def _merge(
        self,
        held: Item,
        first: dict[str, Any],
        more: Item,
        second: dict[str, Any],
        path: Path,
        elsewhere: dict[Path, Place],
    ) -> dict[str, Any]:
        merged = dict(first)
        for key, value in second.items():
            here = (*path, key)
            if key not in merged:
                merged[key] = value
                elsewhere[here] = more.source(here)
            elif isinstance(value, dict) and isinstance(merged[key], dict):
                merged[key] = self._merge(held, merged[key], more, value, here, elsewhere)
            elif isinstance(value, list) and isinstance(merged[key], list):
                for index, _ in enumerate(value):
                    elsewhere[(*here, len(merged[key]) + index)] = more.source((*here, index))
                merged[key] = [*merged[key], *value]
            else:
                self.findings.append(twice(f"'{key}'", held, more, here))
        return merged

    def _add_scalar(self, section: str, value: Any, document: Document) -> None:
        place: Place = (document, (section,))
        first = self._scalars.setdefault(section, (value, place))
        if first[1] != place and first[0] != value:
            self.findings.append(
                twice(f"'{section}'", Item({}, (first[1][0], ())), Item({}, (document, ())), (section,))
            )


def twice(what: str, first: Item, second: Item, path: Path) -> Finding:
    """Say that something is declared in two places, naming both."""
    document, inner = second.source(path)
    return finding(
        "MS005",
        f"{what} is declared twice.",
        place_of(document, inner),
        path=pointer(inner),
        related=[Related(first.locate(path), "first declared here")],
        help="Keep one of the two. What differs between environments belongs in environments/NAME.yml.",
    )
