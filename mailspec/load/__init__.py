"""Bytes of many files become one Spec for the base and one for each environment, with all findings at once."""

from __future__ import annotations

from typing import NamedTuple

from mailspec.load.merge import Merger
from mailspec.load.overlay import with_overlays
from mailspec.load.reading import FileData, read_file
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.source.files import Source, SourceFile
from mailspec.source.layout import MAIN
from mailspec.text import Document
from mailspec.text import read as read_text

__all__ = ["Loaded", "Spec", "load"]


class Loaded(NamedTuple):
    """What loading gave. ``overlay_findings`` are those of each environment's own words."""

    base: Spec
    environments: dict[str, Spec]
    findings: list[Finding]
    overlay_findings: dict[str, list[Finding]]
    documents: dict[str, Document]
    read: frozenset[str]

    @property
    def files(self) -> int:
        """How many files belong to the project, readable or not."""
        return len(self.read)


def load(source: Source, root: str, main_name: str, only: str | None = None) -> Loaded:
    """Read a project. ``only`` limits the environments that are merged to one; ``main_name`` is shown for its file."""
    findings: list[Finding] = []
    files = source.files()
    seen = {file.inside for file in files}
    documents: dict[str, Document] = {}
    datas = [data for file in files if (data := read_file(file, findings, documents)) is not None]
    for data in list(datas):
        included = data.data.get("include") if data.environment is None else None
        patterns = [pattern for pattern in included or () if isinstance(pattern, str)]
        if patterns and data.inside == MAIN:
            more = [file for file in source.matching(patterns) if file.inside not in seen]
            seen.update(file.inside for file in more)
            files.extend(more)
            datas.extend(extra for file in more if (extra := read_file(file, findings, documents)) is not None)
    main = next((data for data in datas if data.inside == MAIN), None)
    _check_version(main, files, main_name, findings)
    merger = Merger(root, main.document if main else read_text(main_name, b""), findings)
    for data in datas:
        merger.add(data)
    base = merger.base()
    environments: dict[str, Spec] = {}
    overlay_findings: dict[str, list[Finding]] = {}
    for name, overlays in merger.overlays.items():
        if only in (None, name):
            overlay_findings[name] = []
            environments[name] = with_overlays(base, name, overlays, overlay_findings[name])
    read = frozenset(file.name for file in files)
    return Loaded(base, environments, findings, overlay_findings, documents, read)


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
    elif "version" not in main.data and ("version",) not in main.damaged:
        findings.append(
            finding(
                "MS003",
                "'version' is missing.",
                Location(main.document.name, 1, 1, 1, 1),
                help="Write version: 1 at the top.",
            )
        )
