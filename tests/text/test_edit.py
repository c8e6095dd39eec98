from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.text import Document, read, scalar_text, splice

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"))
LIKES = st.sampled_from(["", "x", '"x"', "'x'", "&a x", "&a 'x'", "|\n  x"])


def test_splice_goes_from_last_to_first() -> None:
    assert splice("abcdef", [(0, 1, "X"), (4, 6, ""), (2, 2, "--")]) == "Xb--cd"
    assert splice("abc", []) == "abc"
    assert splice("abc", [(1, 2, "B"), (2, 2, "+"), (1, 1, "-")]) == "a-B+c"


@pytest.mark.parametrize(
    "edits", [[(0, 2, ""), (1, 3, "")], [(1, 1, "a"), (1, 1, "b")], [(0, 4, "")], [(-1, 1, "")], [(2, 1, "")]]
)
def test_overlaps_are_refused(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        splice("abc", edits)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_replacement_takes_the_line_ends_of_the_text(line_end: str) -> None:
    assert splice(f"a{line_end}b", [(0, 1, "x\ny\r\nz")]) == line_end.join("xyzb")


@given(st.text("ab\n\r", max_size=20), st.data())
def test_no_character_outside_of_an_edit_changes(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    after = splice(text, [(start, end, "XY")])
    assert after == text[:start] + "XY" + text[end:]


@pytest.mark.parametrize(
    ("value", "like", "written"),
    [
        ("smtp.acme.example", "x", "smtp.acme.example"),
        ("it's", "'x'", "'it''s'"),
        ('a "b"', '"x"', '"a \\"b\\""'),
        ("465", "x", '"465"'),
        (465, '"465"', "465"),
        (True, "x", "true"),
        ("true", "'x'", "'true'"),
        ("yes", "x", '"yes"'),
        ("a: b", "x", '"a: b"'),
        ("a, b", "x", '"a, b"'),
        ("*@acme.example", "x", '"*@acme.example"'),
        ("a\nb", "'x'", '"a\\nb"'),
        ("", "x", '""'),
        (None, "x", "null"),
        (1.5, "&a x", "1.5"),
        ("x", "&a 'y'", "'x'"),
    ],
)
def test_scalar_text(value: str | float | bool | None, like: str, written: str) -> None:
    prefix = "&a " if like.startswith("&") else ""
    assert scalar_text(value, like) == prefix + written


@given(SCALARS, LIKES)
def test_what_is_written_is_read_back(value: str | float | bool | None, like: str) -> None:
    written = scalar_text(value, like)
    for text in (f"a: {written}\n", f"- [{written}, 1]\n", f"{{a: {written}}}"):
        document = read("x.yml", text.encode())
        assert document.problems == []
        found = found_in(document)
        assert (type(found), found) == (type(value), value)


def found_in(document: Document) -> object:
    data = document.data
    return data[0][0] if isinstance(data, list) else data["a"]
