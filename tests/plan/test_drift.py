"""Drift: by field, and without a value of a secret."""

from __future__ import annotations

import pytest

from mailspec.plan.drift import drifted
from mailspec.plan.live import LiveTarget

REFERENCE = {"env": "P"}
RECORDED = {"HOST": "a", "GONE": None, "P": {"secret": REFERENCE}}
CASES = {
    "as written": (LiveTarget("app", "ours", {"HOST": "a"}, {"P": "unchanged"}, RECORDED), []),
    "not compared": (LiveTarget("app", "ours", {"HOST": "a"}, {"P": "not_checked"}, RECORDED), []),
    "another host": (LiveTarget("app", "ours", {"HOST": "b"}, {"P": "unchanged"}, RECORDED), [("HOST", "a", "b")]),
    "a key that came back": (
        LiveTarget("app", "ours", {"HOST": "a", "GONE": "x"}, {"P": "unchanged"}, RECORDED),
        [("GONE", None, "x")],
    ),
    "another password": (
        LiveTarget("app", "ours", {"HOST": "a"}, {"P": "changed"}, RECORDED),
        [("P", REFERENCE, REFERENCE)],
    ),
    "no password": (LiveTarget("app", "ours", {"HOST": "a", "P": None}, {}, RECORDED), [("P", REFERENCE, None)]),
    "no file": (LiveTarget("app", "absent", recorded=RECORDED), [("HOST", "a", None), ("P", REFERENCE, None)]),
    "never ours": (LiveTarget("app", "foreign", {"HOST": "b"}), []),
    "unreadable": (LiveTarget("app", "unreadable", recorded=RECORDED), []),
}


@pytest.mark.parametrize("case", CASES)
def test_each_field_that_differs_is_named(case: str) -> None:
    held, expected = CASES[case]
    assert [(item.path, item.before, item.after) for item in drifted(held)] == expected
