"""From a file's bytes to its data, with everything that is wrong in the file by itself."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Path, pointer
from mailspec.load.shape_findings import shape_findings
from mailspec.load.templates import unevaluated
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.schema.shape import fits
from mailspec.source.files import SourceFile
from mailspec.text import Document, Problem, invisible, read

TAGS = {"!vault": "ansible_vault"}
_CODES = {"syntax": "MS001", "encoding": "MS001", "limit": "MS001", "duplicate_key": "MS002"}


class FileData:
    """One file's usable data. ``damaged`` are the paths that were taken out of it."""

    __slots__ = ("damaged", "data", "document", "environment", "inside")

    def __init__(self, document: Document, file: SourceFile, data: dict[str, Any], damaged: list[Path]) -> None:
        self.document = document
        self.inside = file.inside
        self.environment = file.environment
        self.data = data
        self.damaged = damaged


def read_file(file: SourceFile, findings: list[Finding], documents: dict[str, Document]) -> FileData | None:
    """Read one file, add what is wrong to ``findings``; ``None`` where nothing of it can be used.

    The document itself goes to ``documents`` in any case, for code frames and suppressions.
    """
    if file.raw is None:
        findings.append(
            finding(
                "MS001",
                f"{file.name} is not read: {file.refusal}.",
                Location(file.name, 1, 1, 1, 1),
                help="Mend the file or take it out of the project.",
            )
        )
        return None
    document = documents[file.name] = read(file.name, file.raw, tags=TAGS)
    fatal = [problem for problem in document.problems if _CODES.get(problem.kind) == "MS001"]
    # What cannot be read is often wrong in other ways on that line: one of them says it.
    lines = {problem.span.line for problem in fatal}
    findings.extend(
        _of_problem(document, problem)
        for problem in document.problems
        if problem in fatal or problem.span.line not in lines
    )
    if not document.text.isascii():
        findings.extend(_invisible(document))
    if fatal:
        return None
    data = document.data
    if data is None:
        return FileData(document, file, {}, [])
    damaged: list[Path] = []
    if file.environment is None and not fits(data):
        found, damaged = shape_findings(data, lambda path: (document, path))
        findings.extend(found)
        data = without(data, damaged)
    if not isinstance(data, dict):
        if file.environment is not None:
            found, _ = shape_findings(data, lambda path: (document, path))
            findings.extend(found)
        return None
    if "{{" in document.text or "${" in document.text:
        findings.extend(unevaluated(document, data))
    return FileData(document, file, data, damaged)


def _of_problem(document: Document, problem: Problem) -> Finding:
    span = problem.span
    where = None if span is None else _location(document, span)
    related = [Related(_location(document, place), message) for place, message in problem.related]
    return finding(
        _CODES.get(problem.kind, "MS003"),
        problem.message,
        where or Location(document.name, 1, 1, 1, 1),
        path=pointer(problem.path),
        help=problem.help,
        related=related,
    )


def _location(document: Document, span: tuple[int, ...]) -> Location:
    return Location(document.name, span[0], span[1], span[2], span[3])


def _invisible(document: Document) -> list[Finding]:
    found = []
    for offset, name in invisible(document.text):
        line, column = document.position(offset)
        found.append(
            finding(
                "MS008",
                f"There is an invisible character here: {name} (U+{ord(document.text[offset]):04X}).",
                Location(document.name, line, column, line, column + 1),
                help="Delete it. If it is meant, write it as an escape in double quotes, so that readers see it.",
            )
        )
    return found


def without(data: Any, paths: list[Path]) -> Any:
    """Return the data without what stands at ``paths``; nothing shared with others is changed."""
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
