"""The files in cases/: what is wrong with a text, where, and in which words; or what is read from it.

A case is ``=== title``, the text, and lines that start with ``>>> ``: a problem as ``kind place path | message``
(places that belong to it follow, indented), or the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailspec.text import Document, Problem, Span, read

FOLDER = Path(__file__).parent / "cases"


def cases() -> Iterator[object]:
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_bytes().decode("utf-8").split("=== ")[1:]:
            title, _, rest = block.partition("\n")
            text, _, expected = rest.partition(">>> ")
            yield pytest.param(text, ">>> " + expected, id=f"{path.stem}: {title}")


def place(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"


def described(problem: Problem) -> Iterator[str]:
    pointer = "".join(f"/{step}" for step in problem.path) or "/"
    yield f">>> {problem.kind} {place(problem.span)} {pointer} | {problem.message}\n"
    for span, message in problem.related:
        yield f"    {place(span)} {message}\n"


def outcome(document: Document) -> str:
    if not document.problems:
        return f">>> {document.data!r}\n"
    return "".join(line for problem in document.problems for line in described(problem))


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_outcome(text: str, expected: str) -> None:
    document = read("x.yml", text.encode(), tags={"!vault": "ansible_vault"})
    assert outcome(document) == expected
    assert all(problem.help.endswith((".", '"')) for problem in document.problems)


def test_there_are_cases() -> None:
    assert len(list(cases())) > 100
