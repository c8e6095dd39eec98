"""People read the destructive changes first."""

from __future__ import annotations

from mailspec.outcome.plan import Change
from mailspec.plan.order import for_display


def test_destructive_changes_come_first() -> None:
    made = tuple(
        Change("state", name, action)
        for name, action in [("A", "create"), ("A", "activate"), ("B", "update"), ("C", "deactivate"), ("C", "delete")]
    )
    assert [change.action for change in for_display(made)] == ["delete", "update", "create", "activate", "deactivate"]


def test_what_switches_mail_off_is_read_first():
    made = tuple(Change("state", name, action) for name, action in [("B", "update"), ("A", "deactivate")])
    assert [change.action for change in for_display(made)] == ["deactivate", "update"]
