from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.text import read
from mailspec.text.document import Document
from mailspec.text.lines import Lines, line_end, line_start

TEXTS = st.text(alphabet="ab\n\r\u2028\u0085é😀", max_size=30)


def test_position() -> None:
    lines = Lines("a\r\nb\rc\n\u2028é😀x")
    assert [lines.position(offset) for offset in range(12)] == [
        (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3), (4, 4), (4, 5),
    ]  # fmt: skip
    assert lines.position(99) == (4, 5)
    assert lines.position(-1) == (1, 1)


@given(TEXTS, st.data())
def test_there_and_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = Lines(text).position(offset)
    if not text.startswith("\r\n", offset - 1) or offset == 0:
        assert Document("x.yml", text).offset(line, column) == offset
    assert line_start(text, offset) <= offset <= line_end(text, offset) or text.startswith("\r\n", offset - 1)


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(1, 1, 0), (1, 9, 2), (2, 1, 4), (2, 3, 6), (3, 1, 7), (9, 1, 7), (2, 99, 6)]
)
def test_offset_of(line: int, column: int, offset: int) -> None:
    assert Document("x.yml", "ab\r\ncd\n").offset(line, column) == offset


def test_a_byte_order_mark_is_no_column() -> None:
    document = read("x.yml", "\ufeffab\nc".encode())
    assert document.text[document.offset(1, 1) :] == "ab\nc"
    assert document.text[document.offset(2, 1) :] == "c"
