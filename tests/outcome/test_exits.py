"""Exit codes: fixed numbers, and which one wins."""

from __future__ import annotations

import pytest

from mailspec.outcome.exits import Exit, worst


def test_the_numbers_never_change():
    assert {code.name: int(code) for code in Exit} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INTERNAL": 3,
        "NO_SPEC": 4,
        "REFUSED": 5,
        "ROLLED_BACK": 6,
        "PENDING": 7,
        "PARTIAL": 8,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


@pytest.mark.parametrize(
    ("codes", "wins"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 1], 1),
        ([1, 3], 3),
        ([3, 5], 5),
        ([5, 6], 6),
        ([6, 8, 1], 8),
        ([7, 1], 1),
        ([0, 7], 7),
    ],
)
def test_the_highest_of_8_6_5_3_1_wins(codes, wins):
    assert worst(codes) == wins
