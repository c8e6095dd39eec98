"""People read the destructive changes first."""

from __future__ import annotations

from typing import Any

import pytest

from mailspec.model.sign_in import ends_sign_in
from mailspec.outcome.plan import Change
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live, LiveObject
from mailspec.plan.make import make_plan
from mailspec.plan.objects import SIGN_IN_ENDS
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


def test_what_takes_a_sign_in_away_is_the_first_of_the_updates() -> None:
    made = (Change("state", "A", "update"), Change("state", "B", "update", note=SIGN_IN_ENDS))
    assert [change.name for change in for_display(made)] == ["B", "A"]


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ({"auth.oauth.client_id": "a"}, {"auth.oauth.client_id": "b"}, True),
        ({"auth.oauth.client_id": "a"}, {"auth.oauth.client_id": "a", "auth.oauth.issuer": "https://b.example"}, True),
        ({"auth.oauth.client_id": "a", "auth.oauth.tenant": "a"}, {"auth.oauth.client_id": "a"}, True),
        (
            {"auth.oauth.client_id": "a", "provider": "microsoft365"},
            {"auth.oauth.client_id": "a", "provider": "microsoft365_us"},
            True,
        ),
        ({"auth.oauth.client_id": "a", "host": "a.example"}, {"auth.oauth.client_id": "a", "host": "b.example"}, False),
        ({"provider": "gmail"}, {"provider": "ses"}, False),
        ({}, {"auth.oauth.client_id": "a"}, False),
        ({"auth.oauth.client_id": "a"}, {}, False),
    ],
)
def test_a_sign_in_ends_with_another_issuer_or_client(before: Any, after: Any, *, ends: bool) -> None:
    assert ends_sign_in(before, after) is ends
    desired = Desired((DesiredObject("configuration:A", after, "active"),), ())
    live = Live("lineage", 3, {"configuration:A": LiveObject("configuration:A", before, active=True)}, {}, ())
    (change,) = make_plan(desired, live, Flags()).changes
    assert (change.action, change.note == SIGN_IN_ENDS) == ("update", ends)
