"""Bytes of many files become one Spec for the base and one for each environment, with all findings at once."""

import re
from typing import NamedTuple

from mailspec.load.item import place_of
from mailspec.load.merge import Merger, Overlay
from mailspec.load.reading import FileData, read_file
from mailspec.load.spec import Spec
from mailspec.model.patterns import PLAIN_NAME
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.source.files import Source, SourceFile
from mailspec.source.layout import MAIN
from mailspec.text import Document
from mailspec.text import read as read_text

__all__ = ["Loaded", "Spec", "load"]

# Every object is looked at once for each environment: 50 of them for 20,000 people. A small file can ask for far more.
MOST_IN_ENVIRONMENTS = 1_000_000


class Loaded(NamedTuple):
    """What loading gave. ``overlay_findings`` are those of each environment's own words."""

    base: Spec
    environments: dict[str, Spec]
    findings: list[Finding]
    overlay_findings: dict[str, list[Finding]]
    documents: dict[str, Document]
    read: frozenset[str]
    # The files of environments, by name.
    overlay_files: dict[str, str]
    # What could not be read: nobody knows what it declares.
    unread: tuple[str, ...]

    @property
    def files(self) -> int:
        """How many files belong to the project, readable or not."""
        return len(self.read)


def load(
    source: Source,
    root: str,
    main_name: str,
    *,
    version: str | None = None,
) -> Loaded:
    """Read a project, its base and every environment. ``main_name`` is shown for its main file.

    ``version`` is held against ``requires``; ``None`` leaves it unchecked.
    """
    findings: list[Finding] = []
    overlay_findings: dict[str, list[Finding]] = {}
    documents: dict[str, Document] = {}
    files = source.files()
    merger = Merger(root, findings)
    # The main file, and those that ask for more.
    datas: list[FileData] = []
    unread: list[str] = []

    def take(more: list[SourceFile]) -> None:
        for file in more:
            document, data, found = read_file(file)
            file_findings = findings if file.environment is None else overlay_findings.setdefault(file.environment, [])
            file_findings.extend(found)
            if document is not None:
                documents[file.name] = document
            if data is None:
                unread.append(file.name)
                merger.lack(file.environment)
            else:
                merger.add(data)
                if data.inside == MAIN or "include" in data.data:
                    datas.append(data)

    take(files)
    if any("include" in data.data for data in datas):
        from mailspec.load.include import included

        more = included(source, files, datas, findings)
        take(more)
        files.extend(more)
    main = next((data for data in datas if data.inside == MAIN), None)
    _check_version(main, files, main_name, findings)
    if merger.requires is not None and version is not None:
        from mailspec.load.requires import check_requires

        findings.extend(check_requires(merger.requires, version))
    base = merger.base(main.document if main else read_text(main_name, b""))
    environments: dict[str, Spec] = {}
    within = _within_limit(merger.overlays, base, findings)
    unread += [f"the environment {name}" for name in merger.overlays if name not in within]
    for name, overlays in within.items():
        file_findings = overlay_findings.setdefault(name, [])
        from mailspec.load.overlay import with_overlays

        environments[name] = with_overlays(base, name, overlays, file_findings)
    _check_names(files, overlay_findings)
    read = frozenset(file.name for file in files)
    overlay_files = {file.name: file.environment for file in files if file.environment is not None}
    return Loaded(base, environments, findings, overlay_findings, documents, read, overlay_files, tuple(unread))


def _within_limit(overlays: dict[str, list[Overlay]], base: Spec, findings: list[Finding]) -> dict[str, list[Overlay]]:
    """Return the overlays of all environments, none where environments times objects are more than may be asked for."""
    objects = sum(map(len, base.lists.values()))
    if len(overlays) * objects <= MOST_IN_ENVIRONMENTS:
        return overlays
    # The first that is too many; one whose file could not be read has no place.
    declared = [
        overlay.place for parts in list(overlays.values())[MOST_IN_ENVIRONMENTS // objects :] for overlay in parts
    ]
    document, path = declared[0] if declared else (None, ())
    findings.append(
        finding(
            "MS001",
            f"{len(overlays):,} environments with {objects:,} objects each are more than {MOST_IN_ENVIRONMENTS:,} "
            "objects together, the most that is read; no environment is.",
            None if document is None else place_of(document, path, key=True),
            help="Declare fewer environments, or split the project.",
        )
    )
    return {}


def _check_version(main: FileData | None, files: list[SourceFile], main_name: str, findings: list[Finding]) -> None:
    if main is None:
        if not any(file.inside == MAIN for file in files):
            findings.append(
                finding(
                    "MS003",
                    f"There is no {main_name}; it says version: 1 and the instance's name.",
                    None,
                    help=f"Create {main_name} with the line version: 1.",
                )
            )
    elif main.data.get("version") is True:
        # To Python, and so to pydantic, true is a 1.
        where = place_of(main.document, ("version",))
        findings.append(finding("MS003", "'version' is true; 1 is wanted.", where, help="Write version: 1."))
    elif "version" not in main.data and ("version",) not in main.damaged:
        findings.append(
            finding(
                "MS003",
                "'version' is missing.",
                Location(main.document.name, 1, 1, 1, 1),
                help="Write version: 1 at the top.",
            )
        )


def _check_names(files: list[SourceFile], overlay_findings: dict[str, list[Finding]]) -> None:
    """An environment's name is typed on command lines and keys the state."""
    first = {file.environment: file for file in reversed(files) if file.environment is not None}
    for name, file in first.items():
        if not re.fullmatch(PLAIN_NAME, name):
            from mailspec.load.received import KEYS

            overlay_findings[name].append(
                finding(
                    "MS003",
                    f"'{name}' is not a name for an environment.",
                    Location(file.name, 1, 1, 1, 1),
                    help=f"Name the file or folder with {KEYS['environments']}.yml.",
                )
            )
