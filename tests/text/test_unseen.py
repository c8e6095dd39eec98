from __future__ import annotations

import unicodedata

import pytest

from mailspec.text import invisible

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = BIDIRECTIONAL + (
    "\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2061\u2063\u206a\u3164\ufe0f\ufeff\uffa0"
    "\ufff9\ufffb\U0001d173\U000e0001\U000e0041\U000e0100"
)


@pytest.mark.parametrize("character", UNSEEN, ids=[unicodedata.name(c, hex(ord(c))) for c in UNSEEN])
def test_unseen_characters_are_named(character: str) -> None:
    assert invisible(f"a{character}b") == [(1, unicodedata.name(character))]


@pytest.mark.parametrize(
    "text",
    [
        "plain", "é ü ß € – „x“", "日本語 한국어 العربية עברית", "a\u00a0b 10\u202f000\u00a0€", "あ\u3000い",
        "👩\u200d💻", "👩\u200d❤\ufe0f\u200d👨", "👍🏽", "🏴\u200d☠\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1\ufe0f\u20e3 ™\ufe0f ☎\ufe0f", "می\u200cخواهم", "क्\u200dष", "葛\U000e0100", "ᠠ\u180b", "e\u0301",
        "\u0600١٢",
    ],
)  # fmt: skip
def test_what_writing_needs_is_left_alone(text: str) -> None:
    assert invisible(text) == []


@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        ("host:\u00a0a", [5]), ("\u00a0a: 1", [0]), ("a: 1\n\u2003b: 2", [5]), ("a: b\u00a0# c", [4]),
        ("a: b\u00a0\n", [4]),
        ("-\u00a0a", [1]), ("a: b\u00a0c", []), ("next\u0085line", [4]),
    ],
)  # fmt: skip
def test_spaces_that_pose_as_indentation(text: str, offsets: list[int]) -> None:
    assert [offset for offset, _ in invisible(text)] == offsets


def test_the_first_thousand_are_enough() -> None:
    assert len(invisible("\u200b" * 5000)) == 1000


def test_every_place_is_reported() -> None:
    assert invisible("\u202eab\u202c") == [(0, "RIGHT-TO-LEFT OVERRIDE"), (3, "POP DIRECTIONAL FORMATTING")]
