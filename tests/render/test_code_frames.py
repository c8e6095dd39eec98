from __future__ import annotations

import pytest

from mailspec.outcome.location import Location
from mailspec.render.code_frames import Line, frame

TEXT = "one\ntwo: 2\r\nthree\rfour\n"


def at(line: int, column: int, end_line: int, end_column: int) -> Location:
    return Location("a.yml", line, column, end_line, end_column)


def test_mark_is_cut_out():
    assert frame({"a.yml": TEXT}, at(2, 6, 2, 7)) == (Line(2, "two: ", "2"),)


def test_line_breaks_are_those_of_yaml():
    assert [line.text for line in frame({"a.yml": TEXT}, at(2, 1, 2, 4), context=9)] == [
        "one",
        "two: 2",
        "three",
        "four",
    ]


def test_a_mark_over_several_lines_ends_with_its_first():
    (line,) = frame({"a.yml": TEXT}, at(1, 2, 3, 2))
    assert (line.before, line.marked, line.after) == ("o", "ne", "")


@pytest.mark.parametrize("place", [None, at(99, 1, 99, 2), Location("b.yml", 1, 1, 1, 2), at(5, 1, 5, 1)])
def test_without_text_there_is_no_frame(place):
    assert frame({"a.yml": TEXT}, place) == ()


@pytest.mark.parametrize("column", [1, 300, 900, 1000])
def test_long_lines_are_cut_around_the_mark(column):
    text = "x" * (column - 1) + "MARK" + "y" * (1000 - column)
    (line,) = frame({"a.yml": text}, at(1, column, 1, column + 4), longest=100)
    assert line.marked == "MARK"
    assert len(line.text) <= 100


def test_places_beyond_the_line_mark_nothing():
    (line,) = frame({"a.yml": "ab"}, at(1, 9, 1, 12))
    assert (line.before, line.marked, line.after) == ("ab", "", "")
