"""Findings for a terminal."""

from __future__ import annotations

from mailspec.outcome.finding import Fix, Related
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report, finding
from mailspec.render.as_text import report


def test_where_there_is_no_line_there_is_no_frame():
    held = finding("MS003", "words", Location("a.yml", 9, 1, 9, 1))
    gone = finding("MS001", "words", Location("gone.yml", 1, 1, 1, 1))
    nowhere = finding("MS003", "words", None)
    shown = report(Report((nowhere, held, gone), 1, {"a.yml": "one\n"}))
    assert "│" not in shown
    assert shown.splitlines()[0] == "error MS003 schema"


def test_everything_that_a_finding_holds():
    place = Location("a.yml", 1, 1, 1, 4)
    held = finding("MS005", "It is twice.", place, related=[Related(place, "here first")], help="Keep one.").replace(
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
