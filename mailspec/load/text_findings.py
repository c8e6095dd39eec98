"""What is wrong with a file's text, as findings: what the reader could not read, and what nobody can see."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Path, pointer
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.location import Location
from mailspec.outcome.mask import is_secret_key, shown_key
from mailspec.outcome.report import finding
from mailspec.schema.shape import all_keys
from mailspec.text import Document, Problem, Span, invisible

_CODES = {"syntax": "MS001", "conflict": "MS001", "encoding": "MS001", "limit": "MS001", "duplicate_key": "MS002"}
# What is said where the text's own words could repeat a secret.
_WITHOUT_WORDS = {
    "value": (
        "What stands here cannot be read as it is written.",
        "Put the value in quotes; one that starts with * & or ! needs them.",
    ),
    "tag": (
        "A value that starts with an exclamation mark is read as a tag, and this one is not known here.",
        "Put the value in quotes.",
    ),
    "key": (
        "No key can be read here: a space may be missing behind a colon.",
        "Write the key, a colon, a space and the value.",
    ),
    "duplicate_key": ("A key stands twice in the same map; the first one is used.", "Remove one of the two."),
}
_TEMPLATE = (
    "{{ belongs to a template; templates are not evaluated here.",
    "Write the value itself, or in quotes if it is meant as text.",
)
# A file that is wrong a thousand times is wrong in one way.
_MOST = 1000


def is_fatal(problem: Problem) -> bool:
    """Tell whether nothing of the file can be used because of a problem."""
    return _CODES.get(problem.kind) == "MS001"


def text_findings(document: Document) -> Iterator[Finding]:
    """Yield what the reader found."""
    # What cannot be read is often wrong in other ways on that line: one of them says it.
    lines = {problem.span.line for problem in document.problems if is_fatal(problem)}
    for problem in document.problems:
        if is_fatal(problem) or problem.span.line not in lines:
            yield _of_problem(document, problem)


def _of_problem(document: Document, problem: Problem) -> Finding:
    message, help_ = problem.message, problem.help
    start = problem.span.start
    if problem.kind == "key" and "{{" in document.text[max(start - 1, 0) : start + 2]:
        message, help_ = _TEMPLATE
    elif problem.kind in _WITHOUT_WORDS and _may_repeat_a_secret(document, problem):
        message, help_ = _WITHOUT_WORDS[problem.kind]
    return finding(
        _CODES.get(problem.kind, "MS003"),
        message,
        _location(document, problem.span),
        path=safe_pointer(problem.path),
        help=help_,
        related=[Related(_location(document, place), words) for place, words in problem.related],
    )


def _may_repeat_a_secret(document: Document, problem: Problem) -> bool:
    words = [step for step in problem.path if isinstance(step, str)]
    if any(is_secret_key(word) or word != shown_key(word) for word in words):
        return True
    if problem.kind == "key":
        written = document.text[problem.span.start : problem.span.end]
        name, colon, _ = written.partition(":")
        return name not in all_keys() if colon else shown_key(written) != written
    return problem.kind != "duplicate_key" and (not words or words[-1] not in all_keys())


def safe_pointer(path: Path) -> str:
    """Write a path as a JSON Pointer; a last key that is no word may hold a secret and is left out."""
    if path and isinstance(path[-1], str) and shown_key(path[-1]) != path[-1]:
        path = path[:-1]
    return pointer(path)


def _location(document: Document, span: Span) -> Location:
    return Location(document.name, span.line, span.column, span.end_line, span.end_column)


def invisible_findings(document: Document) -> Iterator[Finding]:
    """Yield each character that a reader of the file cannot see, a thousand at most."""
    help_ = "Delete it. If it is meant, write it as an escape in double quotes, so that readers see it."
    for offset, name in invisible(document.text)[:_MOST]:
        line, column = document.position(offset)
        yield finding(
            "MS008",
            f"There is an invisible character here: {name} (U+{ord(document.text[offset]):04X}).",
            Location(document.name, line, column, line, column + 1),
            help=help_,
        )
