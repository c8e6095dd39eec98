"""Lines for a terminal break at words; colours take no room and code frames stay whole."""

from __future__ import annotations

import pytest

from mailspec.render.wrapping import wrap


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("short", 30, "short"),
        ("  one two three four five six seven", 25, "  one two three four five\n  six seven"),
        ("  \x1b[1mhelp\x1b[0m: one two three four", 22, "  \x1b[1mhelp\x1b[0m: one two three\n  four"),
        ("   8 │     host: a.very.long.host.acme.example", 30, "   8 │     host: a.very.long.host.acme.example"),
        ("a https://acme.example/a/very/long/address b", 24, "a\nhttps://acme.example/a/very/long/address\nb"),
        ("日本語 日本語 日本語 日本語", 22, "日本語 日本語 日本語\n日本語"),
    ],
)
def test_a_line_is_broken_where_a_word_ends(text, columns, expected):
    assert wrap(text, columns) == expected
