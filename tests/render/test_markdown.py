"""Markdown read by a CommonMark parser with GitHub's extensions, and its way of getting shorter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.render.document import Document
from mailspec.render.documents import together
from mailspec.render.github_summary import render as summary
from mailspec.render.markdown import MARKER, cut, render
from mailspec.render.markdown_words import code, fenced
from mailspec.render.view import Options

PARSER = MarkdownIt("gfm-like")


def headings(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    inlines = [tokens[at + 1].children or [] for at, token in enumerate(tokens) if token.type == "heading_open"]
    return ["".join(child.content for child in children) for children in inlines]


def large(document: Document, copies: int = 200) -> Document:
    more = tuple(
        finding("MS101", f"Wrong ü {n}.", Location("mailspec.yml", 6, 11, 6, 14), help="Fix it.") for n in range(copies)
    )
    return document.replace(findings=(*document.findings, *more))


def test_every_part_has_a_heading(document):
    assert headings(render(document, Options())) == [
        "Acme Hub: outgoing mail: failed",
        "What it means",
        "Changes",
        "Findings",
        "Tests",
        "Who sends through what",
        "What recipients see",
        "History",
        "Notes",
    ]


def test_destructive_and_errors_come_first(document):
    text = render(document, Options())
    places = [
        text.index(words) for words in ("Password reset stops", "132 people", "configuration:Old", "MS101", "MS107")
    ]
    assert places == sorted(places)


def test_pictures_are_mermaid_blocks(document):
    blocks = [token for token in PARSER.parse(render(document, Options())) if token.type == "fence"]
    charts = [token.content for token in blocks if token.info == "mermaid"]
    assert len(charts) == 2
    assert all(chart.startswith("flowchart LR\n") for chart in charts)


def test_frames_mark_the_place(document):
    frames = [token.content for token in PARSER.parse(render(document, Options())) if token.info == "text"]
    assert frames[0].splitlines() == ["6 |     port: 465", "  |           ^^^"]


def test_suppressed_findings_are_left_out(document):
    assert "Nothing is encrypted" not in render(document, Options())


def test_nothing_found_is_short(empty):
    tokens = PARSER.parse(render(empty, Options()))
    assert [token.type for token in tokens if token.type.endswith(("_open", "_block"))] == [
        "html_block",
        "heading_open",
        "paragraph_open",
    ]
    assert tokens[-2].children is not None
    assert "".join(child.content for child in tokens[-2].children) == "3 files: no findings."


def test_a_summary_has_no_marker(document):
    assert summary(document, Options()) == render(document, Options()).removeprefix(MARKER).lstrip("\n")


def test_it_degrades_step_by_step(document):
    held = large(document)
    whole = render(held, Options())
    rooms = [len(whole.encode()) - 100, 12_000, 8_000, 4_000, 600]
    shorter = [render(held, Options(max_bytes=room)) for room in rooms]
    sizes = [len(text.encode()) for text in (whole, *shorter)]
    assert sizes == sorted(sizes, reverse=True)
    assert "code frames are left out" in shorter[0]
    assert "code frames and details are left out" not in shorter[0]
    assert "Fix it" in shorter[0]
    assert "at most 100 of a kind" in shorter[1]
    assert "… and 104 more." in shorter[1]
    assert "only the summary is left" in shorter[4]
    assert all(text.startswith(MARKER) for text in shorter)


@pytest.mark.parametrize("room", [0, 1, 2, 20, 64, 65])
def test_even_a_tiny_limit_holds(document, room):
    assert len((render(document, Options(max_bytes=room)) + "\n").encode()) <= max(room, 1)


@given(room=st.integers(0, 9_000))
@settings(max_examples=60, deadline=None)
def test_the_limit_holds_at_every_border(room):
    document = large(together("ü" * 40, []).replace(verdict="📬" * 30, parts=frozenset({"findings"})), 40)
    text = render(document, Options(max_bytes=room))
    # With the line end that a file gets.
    assert len(text.encode()) + 1 <= max(room, 1)
    text.encode().decode()


def test_a_limit_that_just_fits_leaves_everything(document):
    whole = render(document, Options())
    size = len(whole.encode()) + 1
    assert render(document, Options(max_bytes=size)) == whole
    assert render(document, Options(max_bytes=size - 1)) != whole


@given(st.text(), st.integers(-1, 50))
def test_cutting_never_splits_a_character(text, room):
    held = cut(text, room) if "\ud800" not in text else ""
    assert text.startswith(held)
    assert len(held.encode()) <= max(0, room)


@given(st.text(st.characters(codec="utf-8")))
def test_code_spans_hold_their_text(text):
    (inline,) = PARSER.parse(f"x {code(text)} y")[1:2]
    types = [child.type for child in inline.children]
    assert types in (["text", "code_inline", "text"], ["text"])


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_fences_hold_their_lines(lines):
    tokens = PARSER.parse(fenced(lines))
    assert [token.type for token in tokens] == ["fence"]
