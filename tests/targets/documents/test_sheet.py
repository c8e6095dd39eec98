"""Sheets of windows: each format reads back what it wrote, in the pages' order, and holds nothing that acts."""

from __future__ import annotations

import html.parser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.programs.windows import FROM, WINDOWS
from mailspec.targets.base import TargetProblem
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.sheet import SHEETS, Row, key_of

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


def keys_of(product: str, name: str, value: str, note: str = "") -> dict[str, str]:
    """Fill every field of every window."""
    return {
        key_of(Row(window.title, name if window.first else "", section.title, field, value, note)): (
            f"{value} -- {note}" if note else value
        )
        for window in WINDOWS[product]
        for section in window.sections
        for field in section.fields
    }


@pytest.mark.parametrize("word", SHEETS)
@pytest.mark.parametrize("product", WINDOWS)
@settings(max_examples=15, deadline=None)
@given(name=TEXTS, value=TEXTS, note=st.just("") | st.just("a | b `c` *d*"))
def test_what_is_written_comes_back_or_is_refused(product: str, word: str, name: str, value: str, note: str) -> None:
    wanted = keys_of(product, name, value, note)
    sheet = Document(SHEETS[word](product))
    after = sheet.edit("", dict(wanted))
    if not isinstance(after, TargetProblem):
        assert sheet.parse(after) == wanted
        assert sheet.edit(after, dict(wanted)) == after


ODD = [
    *("a|b", "`", "``x`", "<b>x</b>", "&amp;", "a = b", "(x)", "[x](y)"),
    *('s3cret pa$$#"w', 'Zoë "A"', "a: b", "* x", "\\"),
]


@pytest.mark.parametrize("word", SHEETS)
@pytest.mark.parametrize("value", ODD)
def test_odd_texts_are_written(word: str, value: str) -> None:
    wanted = keys_of("maestrohub", value, value)
    sheet = Document(SHEETS[word]("maestrohub"))
    after = sheet.edit("", dict(wanted))
    assert not isinstance(after, TargetProblem), after
    assert sheet.parse(after) == wanted


@pytest.mark.parametrize("word", SHEETS)
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "\x1b[1m", "a\u202eb", " a", "a "])
def test_what_no_sheet_can_show_is_refused(word: str, value: str) -> None:
    sheet = Document(SHEETS[word]("maestrohub"))
    assert isinstance(sheet.edit("", keys_of("maestrohub", "x", value)), TargetProblem)


@pytest.mark.parametrize("word", SHEETS)
def test_a_file_of_other_people_is_refused(word: str) -> None:
    sheet = Document(SHEETS[word]("maestro"))
    assert isinstance(sheet.edit("# Notes\n", keys_of("maestro", "x", "y")), TargetProblem)


def test_fields_stand_in_the_order_of_the_window() -> None:
    text = SHEETS["text"]("maestro").write(dict(sorted(keys_of("maestro", "a@acme.example", "x").items())))
    block = text[text.index("Security Management: a@acme.example") : text.index("Preferences: ")]
    fields = [line.split(" =")[0].strip(" .") for line in block.split("\n") if line.startswith("  ")]
    assert fields == [
        "Number or Name",
        *("Mailing Mode", "Email", "User", FROM, "Authentication", "Port Number", "Server Name"),
        *("Use SSL Encoding", "Password"),
    ]


def test_the_page_has_no_script_and_is_well_formed() -> None:
    page = SHEETS["html"]("maestro").write(keys_of("maestro", "<script>x</script>", "<img onerror=x>"))
    opened: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in ("script", "img")
            if tag != "meta":
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Reader().feed(page)
    assert opened == []
