"""Findings for a terminal: the mark stands under what it marks, however wide, long or strange the line is."""

from __future__ import annotations

import pytest

from mailspec.outcome.finding import Fix, Related
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report, finding
from mailspec.render.as_text import report
from mailspec.render.width import width


def framed(line: str, start: int, end: int, number: int = 7) -> tuple[str, str]:
    """Return the two lines of a frame around the code points ``start`` to ``end`` of a line."""
    held = finding("MS103", "words", Location("a.yml", number, start + 1, number, end + 1))
    text = "\n" * (number - 1) + line + "\n"
    shown = report(Report((held,), 1, {"a.yml": text})).splitlines()
    return shown[2], shown[3]


def marked(line: str, start: int, end: int) -> str:
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
    assert marked(before + word + after, len(before), len(before) + len(word)) == word


def test_what_is_escaped_is_marked_as_it_is_shown():
    assert marked("a\x1b[1m: \u202eb", 5, 7) == ": "
    assert marked("a\tb", 2, 3) == "b"
    assert marked("a: \u202eb", 3, 4) == "\\u202e"


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
    held = finding("MS003", "words", Location("a.yml", 1, 3, 2, 4))
    shown = report(Report((held,), 1, {"a.yml": "- name: A  \n  x: 1\n"})).splitlines()
    assert shown[2:4] == ["  1 │ - name: A", "    │   ^^^^^^^"]


@pytest.mark.parametrize("text", ["one\ntwo\nthree", "one\r\ntwo\r\nthree", "one\rtwo\rthree"])
def test_lines_are_counted_as_yaml_does(text):
    held = finding("MS003", "words", Location("a.yml", 2, 1, 2, 4))
    assert "  2 │ two" in report(Report((held,), 1, {"a.yml": text})).splitlines()


def test_where_there_is_no_line_there_is_no_frame():
    held = finding("MS003", "words", Location("a.yml", 9, 1, 9, 1))
    gone = finding("MS001", "words", Location("gone.yml", 1, 1, 1, 1))
    nowhere = finding("MS003", "words", None)
    shown = report(Report((nowhere, held, gone), 1, {"a.yml": "one\n"}))
    assert "│" not in shown
    assert shown.splitlines()[0] == "error MS003 schema"


def test_everything_that_a_finding_holds():
    place = Location("a.yml", 1, 1, 1, 4)
    held = finding("MS005", "It is twice.", place, related=[Related(place, "here first")], help="Keep one.").but(
        environment="staging", fix=Fix("unsafe", "Drop it.", ())
    )
    assert report(Report((held,), 2, {"a.yml": "one two"})).splitlines() == [
        "a.yml:1:1: error MS005 declared-twice (environment staging)",
        "  It is twice.",
        "  1 │ one two",
        "    │ ^^^",
        "  a.yml:1:1: here first",
        "  1 │ one two",
        "    │ ^^^",
        "  help: Keep one.",
        "  fix: Drop it. (--fix --unsafe does it)",
        "",
        "2 files: 1 error.",
    ]


def test_colour_never_carries_meaning_alone():
    held = finding("MS103", "words", Location("a.yml", 1, 1, 1, 4))
    plain = report(Report((held,), 1, {"a.yml": "one"}))
    coloured = report(Report((held,), 1, {"a.yml": "one"}), colour=True)
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert coloured != plain
