"""Activation, deletion and renaming of what the state holds: SPEC "Activation"."""

from __future__ import annotations

import pytest

from mailspec.plan.after import objects_after
from mailspec.plan.flags import Flags
from mailspec.plan.make import make_plan


def actions(desired, live, flags: Flags) -> list[str]:
    plan = make_plan(desired, live, flags)
    return [f"{change.action} {change.name.partition(':')[2]}" for change in plan.changes]


CASES = {
    "nothing to do": ({"A": "active"}, {"A": True}, {}, []),
    "first": ({"A": "active"}, {}, {}, ["create A", "activate A"]),
    "an inactive one": ({"A": "inactive"}, {}, {}, ["create A"]),
    "a changed one": ({"A": ("active", 465)}, {"A": True}, {}, ["update A"]),
    "activate before deactivate": (
        {"A": "inactive", "B": "active"},
        {"A": True, "B": False},
        {},
        ["activate B", "deactivate A"],
    ),
    "mail off": ({"A": "inactive"}, {"A": True}, {}, ["deactivate A"]),
    "absent": ({"A": "active", "B": "absent"}, {"A": True, "B": False}, {}, ["delete B"]),
    "absent and never there": ({"A": "active", "B": "absent"}, {"A": True}, {}, []),
    "not declared, no prune": ({"A": "active"}, {"A": True, "B": False}, {}, []),
    "not declared, prune": ({"A": "active"}, {"A": True, "B": False}, {"prune": True}, ["delete B"]),
    "active, not declared, replaced": (
        {"B": "active"},
        {"A": True},
        {"prune": True},
        ["create B", "activate B", "deactivate A", "delete A"],
    ),
    "active, not declared, kept": ({"B": "active"}, {"A": True}, {}, ["create B", "activate B", "deactivate A"]),
    "limit to another one": (
        {"A": ("active", 465), "B": "inactive"},
        {"A": True},
        {"limit": ("configuration:B",)},
        ["create B"],
    ),
    "limit still switches the other one off": (
        {"A": ("inactive", 465), "B": "active"},
        {"A": True, "B": False},
        {"limit": ("configuration:B",)},
        ["activate B", "deactivate A"],
    ),
    "limit does not delete": (
        {"A": "active", "B": "absent"},
        {"A": True, "B": False},
        {"limit": ("configuration:A",)},
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_done_and_in_which_order(wanted, held, case: str) -> None:
    desired, live, flags, expected = CASES[case]
    assert actions(wanted(**desired), held(**live), Flags(**flags)) == expected


@pytest.mark.parametrize("case", CASES)
def test_afterwards_a_plan_finds_nothing_more(wanted, held, case: str) -> None:
    desired, live, flags, _ = CASES[case]
    desired, live, flags = wanted(**desired), held(**live), Flags(**flags)
    objects = objects_after(make_plan(desired, live, flags), desired, live)
    assert sum(item.active for item in objects.values()) <= 1
    again = type(live)(live.lineage, 4, objects, {}, ())
    assert actions(desired, again, flags) == []


def test_a_rename_is_an_update(wanted, held) -> None:
    plan = make_plan(wanted(B="active", renamed={"B": "A"}), held(A=True), Flags(prune=True))
    assert [(change.action, change.name) for change in plan.changes] == [("update", "configuration:B")]
    assert [(item.path, item.before, item.after) for item in plan.changes[0].fields] == [("name", "A", "B")]


def test_a_rename_that_is_done_is_over(wanted, held) -> None:
    assert actions(wanted(B="active", renamed={"B": "A"}), held(B=True), Flags()) == []


def test_a_former_name_that_is_declared_anew_is_no_rename(wanted, held) -> None:
    found = actions(wanted(A="active", B="inactive", renamed={"B": "A"}), held(A=True), Flags())
    assert found == ["create B"]


def test_references_are_shown_and_marked(wanted, held) -> None:
    created = make_plan(wanted(A="inactive"), held(), Flags()).changes[0]
    sensitive = {item.path: item.after for item in created.fields if item.sensitive}
    assert sensitive == {"auth.password": {"env": "P"}}


def test_an_undeclared_one_is_reported(wanted, held) -> None:
    notes = make_plan(wanted(A="active"), held(A=True, B=False), Flags()).notes
    assert notes == ("configuration:B is no longer declared and is kept; --prune --confirm-delete 'B' deletes it",)
