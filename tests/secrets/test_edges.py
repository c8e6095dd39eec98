"""What stands around a secret is named by kind and place alone."""

from __future__ import annotations

import pytest

from mailspec.secrets.edges import edge_problem


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("abc\n", "a line end at its end"),
        ("\r\nabc", "a line end at its start"),
        (" abc", "a blank at its start"),
        ("abc\t", "a blank at its end"),
        ("\ufeffabc", "a byte order mark at its start"),
        ('"abc"', "quotes around it"),
        ("\u201cabc\u201d", "quotes around it"),
        ("\u2018abc", "a curly quote around it"),
        ("ab\u00a0c", "a no-break space in it"),
        ("ab\nssh-ed25519 AAAA", "a line break or another control character in it"),
        ("ab\x1bc", "a line break or another control character in it"),
    ],
)
def test_what_stands_around_a_secret_is_reported_by_kind(secret: str, words: str) -> None:
    assert edge_problem(secret) == words


@pytest.mark.parametrize("secret", ["", "abc", "a b c", "'", '"', "it's", '"a" and b', "p@ss w0rd!"])
def test_what_may_belong_to_a_secret_is_not_reported(secret: str) -> None:
    assert edge_problem(secret) is None
