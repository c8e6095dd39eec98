from __future__ import annotations

import math

import pytest

from mailspec.text.core import DIGITS, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL"),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("tRue", "tRue"),
        ("0", 0), ("465", 465), ("-1", -1), ("+7", 7), ("007", 7), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
        ("-0o7", "-0o7"), ("0o8", "0o8"), ("0xg", "0xg"), ("1_000", "1_000"), ("12:30", "12:30"), ("190:20:30",
        "190:20:30"),
        ("1.5", 1.5), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0), ("1E-2", 0.01), (".", "."), ("1.2.3", "1.2.3"),
        (".inf", math.inf), ("-.Inf", -math.inf), ("+.INF", math.inf), ("inf", "inf"), ("nan", "nan"),
        ("2026-11-21", "2026-11-21"), ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"), ("-", "-"), ("+", "+"),
        ("٣", "٣"), ("1٣", "1٣"), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_core_schema(text: str, value: object) -> None:
    found = plain(text)
    assert (type(found), found) == (type(value), value)


def test_not_a_number() -> None:
    assert math.isnan(plain(".nan"))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["9" * (DIGITS + 1), "-" + "9" * (DIGITS + 1), "0x" + "f" * DIGITS])
def test_too_many_digits(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        plain(text)
