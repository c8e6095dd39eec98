"""From a file's bytes to its data, with everything that is wrong in the file by itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from mailspec.load.item import TEMPLATE_MARKS, Path
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.mask import may_hold_login, may_hold_secret
from mailspec.outcome.report import finding
from mailspec.schema.shape import first_shape_errors
from mailspec.source.files import SourceFile
from mailspec.text import Document, read

TAGS = {"!vault": "ansible_vault"}


class FileData:
    """One file's usable data. ``damaged`` are the paths that were taken out of it."""

    __slots__ = ("damaged", "data", "document", "environment", "inside")

    def __init__(self, document: Document, file: SourceFile, data: dict[str, Any], damaged: list[Path]) -> None:
        self.document = document
        self.inside = file.inside
        self.environment = file.environment
        self.data = data
        self.damaged = damaged


class Reading(NamedTuple):
    """What reading one file gave. There is no document where there are no bytes, and no data where none can be used."""

    document: Document | None
    data: FileData | None
    findings: list[Finding]


def read_file(file: SourceFile) -> Reading:
    """Read one file."""
    if file.raw is None:
        refused = finding(
            "MS001",
            f"{file.name} is not read: {file.refusal}.",
            Location(file.name, 1, 1, 1, 1),
            help="Fix the file or take it out of the project.",
        )
        return Reading(None, None, [refused])
    document = read(file.name, file.raw, tags=TAGS)
    findings: list[Finding] = []
    return Reading(document, _usable(file, document, findings), findings)


def _usable(file: SourceFile, document: Document, findings: list[Finding]) -> FileData | None:
    """Return what of a document can be used, and add what is wrong with it to ``findings``."""
    fatal = False
    if document.problems:
        from mailspec.load.text_findings import is_fatal, text_findings

        findings.extend(text_findings(document))
        fatal = any(map(is_fatal, document.problems))
    if not document.text.isascii():
        from mailspec.load.text_findings import invisible_findings

        findings.extend(invisible_findings(document))
    if fatal:
        return None
    data = document.data
    if data is None:
        return FileData(document, file, {}, [])
    damaged: list[Path] = []
    # Of an environment's file only what comes of it has the language's form.
    if file.environment is None or not isinstance(data, dict):
        errors = first_shape_errors(data)
        if errors:
            from mailspec.load.shape_findings import shape_findings

            found, damaged = shape_findings(data, errors, lambda path: (document, path))
            findings.extend(found)
            data = without(data, damaged)
    if not isinstance(data, dict):
        return None
    text, escapes = document.text, document.has_escapes
    if escapes or "headers" in text or may_hold_secret(text) or may_hold_login(text):
        from mailspec.load.exposed import exposed

        found, data = exposed(document, data)
        findings.extend(found)
    if escapes or any(mark in text for mark in TEMPLATE_MARKS):
        from mailspec.load.templates import unevaluated

        findings.extend(unevaluated(document, data))
    return FileData(document, file, data, damaged)


def without(data: Any, paths: list[Path]) -> Any:
    """Return the data without what stands at ``paths``; nothing shared with others is changed."""
    if len(paths) == 1:
        return _without_one(data, paths[0])
    if not paths:
        return data
    if () in paths:
        return None
    inner: dict[str | int, list[Path]] = {}
    for path in paths:
        inner.setdefault(path[0], []).append(path[1:])
    if isinstance(data, list):
        # A list keeps its length, so that the places of what follows stay right.
        return [without(item, inner[index]) if index in inner else item for index, item in enumerate(data)]
    if not isinstance(data, dict):
        return data
    # A key of the wrong form is told by an end of its own (pydantic-core).
    gone = {step for step, below in inner.items() if () in below or ("[key]",) in below}
    return {
        key: without(value, inner[key]) if key in inner else value for key, value in data.items() if key not in gone
    }


def _without_one(data: Any, path: Path) -> Any:
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return [*data[:step], _without_one(data[step], rest), *data[step + 1 :]]
    if not isinstance(data, dict) or step not in data:
        return data
    copy = dict(data)
    if rest in {(), ("[key]",)}:
        del copy[step]
    else:
        copy[step] = _without_one(data[step], rest)
    return copy
