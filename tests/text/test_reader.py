"""Properties of reading, on texts that hypothesis makes up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailspec.text import Document, read

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.yml"))
CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
PIECES = st.sampled_from(
    [
        "a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ", ", "'", '"', "|", ">", "|-\n", ">+2\n", "\n",
        "\n  ", "\n    ", " ",
        "\t", "#", " # c", "&a ", "*a", "!", "!!str ", "!vault ", "%", "@", "\\", "\\n", "---\n", "...\n",
        "\r\n", "\r",
        "\u2028", "\u0085", "\ufeff", "é", "😀", "1", "true", "~", "<<: ", "{{ x }}", "x:y", "?z",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)
RELAXED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEPT = re.compile(r"(?:[&!]\S*\s+)*[|>]\d?\+")
Path_ = tuple[str | int, ...]


def scalars(document: Document) -> list[tuple[Path_, object]]:
    """List the values that are no collections, with their paths; what aliases repeat only once."""
    found, pending, seen = [], [((), document.data)], set()
    while pending:
        path, value = pending.pop()
        if not isinstance(value, dict | list):
            found.append((path, value))
        elif id(value) not in seen:
            seen.add(id(value))
            items = value.items() if isinstance(value, dict) else enumerate(value)
            pending.extend(((*path, step), item) for step, item in items)
    return found


@given(st.binary(max_size=200))
@RELAXED
def test_any_bytes(raw: bytes) -> None:
    document = read("x.yml", raw)
    for problem in document.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(document.text) + 1
        assert problem.message
        assert problem.help


@given(st.data())
@RELAXED
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(EXAMPLES + CASES)).read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    text = text[start : start + 400]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(PIECES) + text[place + data.draw(st.integers(0, 3)) :]
    document = read("x.yml", text.encode())
    assert document.usable or document.problems
    for problem in document.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(document.text) + 1


@given(TEXTS)
@RELAXED
def test_a_span_holds_what_is_read(text: str) -> None:
    document = read("x.yml", text.encode())
    if document.problems:
        return
    for path, value in scalars(document):
        span = document.span(path)
        source = document.text[span.start : span.end]
        assert document.position(span.start) == (span.line, span.column)
        assert document.position(span.end) == (span.end_line, span.end_column)
        if source.startswith("*") or "\n" in source or "\r" in source or KEPT.match(source):
            # An alias needs its anchor; of several lines the indentation counts; and no span ends with empty lines,
            # also where a block keeps them.
            continue
        again = read("x.yml", f"- {source}\n".encode())
        if again.problems:
            # What is text inside of brackets may be something else outside.
            again = read("x.yml", f"[\n{source}\n]".encode())
        assert again.problems == []
        assert again.data == [value]


@given(TEXTS)
@RELAXED
def test_reading_twice_is_reading_once(text: str) -> None:
    one, other = read("x.yml", text.encode()), read("x.yml", text.encode())
    assert repr((one.data, one.problems, one.comments())) == repr((other.data, other.problems, other.comments()))


def test_the_examples_have_no_problems() -> None:
    assert EXAMPLES
    for path in EXAMPLES:
        assert read(path.name, path.read_bytes()).problems == []


def test_importing_the_package_loads_no_parser() -> None:
    program = "import sys, mailspec.text; print([m for m in sys.modules if 'ruamel' in m or m in ('idna', 'difflib')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
