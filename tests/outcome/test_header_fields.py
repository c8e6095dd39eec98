from __future__ import annotations

import pytest

from mailspec.outcome.header_fields import field_problem


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("To", "x@acme.example", "reserved"),
        ("Resent-Cc", "x", "reserved"),
        ("X System", "x", "name"),
        ("X-System", "a\nb", "value"),
    ],
)
def test_what_is_at_fault_is_reported(name: str, value: str, kind: str) -> None:
    problem = field_problem(name, value)
    assert problem is not None
    assert problem.kind == kind


def test_what_can_be_sent_has_no_problem() -> None:
    assert field_problem("X-System", "x" * 998) is None
