"""Patterns of addresses: what they cover, and what they must not."""

from __future__ import annotations

import pytest

from mailspec.text.address_patterns import covered


@pytest.mark.parametrize(
    ("address", "pattern", "expected"),
    [
        ("a@acme.example", "a@acme.example", True),
        ("A@ACME.example", "a@acme.EXAMPLE", True),
        ("a@acme.example", "*@acme.example", True),
        ("a@acme.example", "*", True),
        ("a@news.acme.example", "*@*.acme.example", True),
        ("a@x.news.acme.example", "*@*.acme.example", True),
        ("a@acme.example", "*@*.acme.example", False),
        ("a@news.acme.example", "*@acme.example", False),
        ("a@evilacme.example", "*@acme.example", False),
        ("a@evilacme.example", "*@*.acme.example", False),
        ("a@acme.example.evil.example", "*@acme.example", False),
        ("b@acme.example", "a@acme.example", False),
        ("ab@acme.example", "*b@acme.example", False),
    ],
)
def test_covered(address, pattern, expected):
    assert covered(address, [pattern]) is expected
    assert covered(address, ["other@other.example", pattern]) is expected


def test_no_pattern_covers_nothing():
    assert not covered("a@acme.example", [])
