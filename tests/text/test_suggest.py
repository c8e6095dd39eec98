from __future__ import annotations

import pytest

from mailspec.text import suggest

WORDS = ["host", "port", "password", "username", "security", "send_as", "validate_certs", "from", "timeout"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("prot", "port"), ("hsot", "host"), ("HOST", "host"), ("passwrod", "password"), ("pasword", "password"),
        ("userName", "username"), ("user_name", "username"), ("validateCerts", "validate_certs"), ("send-as",
        "send_as"),
        ("form", "from"), ("securtiy", "security"), ("timeuot", "timeout"), ("x", None), ("", None), ("color", None),
        ("p" * 500, None), ("ho", None),
    ],
)  # fmt: skip
def test_suggest(word: str, expected: str | None) -> None:
    assert suggest(word, WORDS) == expected


def test_nothing_to_choose_from() -> None:
    assert suggest("host", []) is None


def test_the_nearest_wins() -> None:
    assert suggest("connections", ["connectors", "connection"]) == "connection"
