"""Columns of a terminal: wide characters take two, marks none, and what is cut says so."""

from __future__ import annotations

import pytest

from mailspec.render.marked import head, tail, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("漢字", 4),
        ("📧", 2),
        ("ａ", 2),
        ("ﾊ", 1),
        ("한", 2),
        ("\u200d", 0),
    ],
)
def test_width(text, columns):
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "room", "start", "end"),
    [
        ("abcdef", 6, "abcdef", "abcdef"),
        ("abcdef", 4, "abc…", "…def"),
        ("漢字漢字", 8, "漢字漢字", "漢字漢字"),
        ("漢字漢字", 6, "漢字…", "…漢字"),
        ("漢字漢字", 7, "漢字漢…", "…字漢字"),
        ("abcdef", 1, "…", "…"),
    ],
)
def test_cut(text, room, start, end):
    assert (head(text, room), tail(text, room)) == (start, end)
    assert max(width(start), width(end)) <= room
