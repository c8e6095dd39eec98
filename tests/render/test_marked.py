"""Lines for a terminal: the mark stands under what it marks, however wide, long or strange the line is."""

from __future__ import annotations

import pytest

from mailspec.outcome.location import Location
from mailspec.render.marked import marked, width
from mailspec.render.painter import Painter


def framed(line: str, start: int, end: int, number: int = 7) -> tuple[str, str]:
    """Return the two lines of a frame around the code points ``start`` to ``end`` of a line."""
    text = "\n" * (number - 1) + line + "\n"
    above, below = marked(
        Location("a.yml", number, start + 1, number, end + 1), {"a.yml": text}, Painter(False), "error"
    )
    return above, below


def under_marks(line: str, start: int, end: int) -> str:
    """Return what stands above the marks."""
    above, below = framed(line, start, end)
    first, last = below.index("^"), below.rindex("^") + 1
    assert set(below[first:last]) == {"^"}
    columns = ""
    for character in above:
        # A wide character fills two columns; the second one is written as a blank here.
        columns += character + "\0" * (width(character) - 1) if width(character) else ""
    return columns[first:last].replace("\0", "")


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        ("port: ", "465", " # why"),
        ("name: 漢字 ", "465", ""),
        ("name: ", "漢字", " 漢字"),
        ("name: 📧📧 é ", "é", ""),
        ("", "port", ""),
        ("x" * 500, "word", "y" * 500),
        ("漢" * 500, "word", "漢" * 500),
        ("", "word", "y" * 5000),
        ("x" * 5000, "word", ""),
    ],
)
def test_the_mark_stands_under_the_word(before, word, after):
    assert under_marks(before + word + after, len(before), len(before) + len(word)) == word


def test_what_is_escaped_is_marked_as_it_is_shown():
    assert under_marks("a\x1b[1m: \u202eb", 5, 7) == ": "
    assert under_marks("a\tb", 2, 3) == "b"
    assert under_marks("a: \u202eb", 3, 4) == "\\u202e"


def test_a_long_line_is_cut_on_both_sides():
    above, below = framed("x" * 500 + "word" + "y" * 500, 500, 504)
    assert width(above) <= 130
    assert above.count("…") == 2
    assert width(below) <= 130


def test_a_long_mark_is_cut():
    above, below = framed("x" * 500, 0, 500)
    assert below.count("^") == 80
    assert above.endswith("…")


def test_a_place_behind_the_line_is_marked():
    above, below = framed("port:", 5, 5)
    assert below == "    │      ^"
    assert above == "  7 │ port:"


def test_a_place_over_several_lines_marks_the_first():
    shown = marked(Location("a.yml", 1, 3, 2, 4), {"a.yml": "- name: A  \n  x: 1\n"}, Painter(False), "error")
    assert list(shown) == ["  1 │ - name: A", "    │   ^^^^^^^"]


@pytest.mark.parametrize("text", ["one\ntwo\nthree", "one\r\ntwo\r\nthree", "one\rtwo\rthree"])
def test_lines_are_counted_as_yaml_does(text):
    assert "  2 │ two" in marked(Location("a.yml", 2, 1, 2, 4), {"a.yml": text}, Painter(False), "error")


def test_where_there_is_no_line_there_is_nothing():
    texts = {"a.yml": "one\n"}
    assert list(marked(Location("a.yml", 9, 1, 9, 1), texts, Painter(False), "error")) == []
    assert list(marked(Location("gone.yml", 1, 1, 1, 1), texts, Painter(False), "error")) == []


@pytest.mark.parametrize(("line", "shown"), [("##[error]x", "#\\x23[error]x"), ("::error::x", "\\x3a:error::x")])
def test_no_command_of_a_runner_is_left(line, shown):
    assert framed(line, 0, 3)[0].endswith(shown)
