"""Workflow commands, read back as GitHub's runner reads them."""

from __future__ import annotations

import pytest

from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.render.github import PER_KIND, Annotation, command, render
from mailspec.render.view import Options


def test_annotations_are_read_back(document, workflow_commands):
    held = workflow_commands(render(document, Options()))
    first = held[0]
    assert first.word == "error"
    assert first.properties == {
        "file": "mailspec.yml",
        "line": "6",
        "endLine": "6",
        "title": "MS101 port-security-mismatch",
        "col": "11",
        "endColumn": "14",
    }
    assert first.data == "Port 465 and security starttls disagree.\nWrite port: 587 for starttls."


def test_kinds_are_githubs(document, workflow_commands):
    held = [(entry.word, entry.properties["title"]) for entry in workflow_commands(render(document, Options()))]
    assert ("warning", "MS107 weak-method") in held
    assert ("notice", "MS208 provider-note") in held
    assert ("error", "mailspec: configuration Primary") in held
    assert ("warning", "mailspec: deletion") in held
    assert not [title for _, title in held if title.startswith("MS102")]


def test_columns_only_where_the_annotation_stays_on_one_line(workflow_commands):
    (held,) = workflow_commands(command(Annotation("error", "t", "m", Location("a", 1, 2, 3, 4))))
    assert held.properties == {"file": "a", "line": "1", "endLine": "3", "title": "t"}


def test_ten_of_a_kind_and_the_report_for_the_rest(document, workflow_commands):
    many = tuple(finding("MS101", f"Wrong {n}.", Location("a.yml", n, 1, n, 2)) for n in range(1, 31))
    log = render(document.replace(findings=many, tests=(), changes=(), effects=()), Options(text="all thirty"))
    assert len(workflow_commands(log)) == PER_KIND
    assert "20 more annotations" in log
    assert "\nall thirty\n" in log


def test_the_report_below_is_read_for_no_commands(document, workflow_commands):
    bad = "::set-output name=x::y\n  ::error::z\ntext ##[add-mask]a\n::stop-commands::q"
    clean = render(document, Options())
    assert workflow_commands(render(document, Options(text=bad))) == workflow_commands(clean)


def test_a_text_that_knows_yesterdays_word_cannot_end_the_pause(document, workflow_commands):
    log = render(document, Options(text="hello"))
    word = log.splitlines()[-1]
    again = render(document, Options(text=f"hello\n{word}\n::error::broken out"))
    assert all(entry.data != "broken out" for entry in workflow_commands(again))


@pytest.mark.parametrize(
    "bad", ["::error::x", "a\n::error::x", "a,line=9", "a:b", "%0A::error::x", "a\r::error::x", "##[error]x"]
)
def test_texts_stay_in_their_property_and_data(bad, workflow_commands):
    held = workflow_commands(command(Annotation("warning", bad, bad, Location(bad, 1, 1, 1, 1))))
    assert len(held) == 1
    assert held[0].word == "warning"
    assert set(held[0].properties) == {"file", "line", "endLine", "title", "col", "endColumn"}
    assert held[0].properties["line"] == "1"


def test_nothing_found_is_only_the_verdict(empty, workflow_commands):
    log = render(empty, Options())
    assert workflow_commands(log) == []
    assert "3 files: no findings." in log
