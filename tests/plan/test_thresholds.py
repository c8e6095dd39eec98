from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailspec.outcome.plan import Basis, Change, FieldChange, Plan
from mailspec.plan.live import Live, LiveObject, LiveTarget
from mailspec.plan.thresholds import Thresholds, beyond_thresholds

PEOPLE = [f"user:p{number}@acme.example" for number in range(10)]
LIVE = Live("l", 3, {name: LiveObject(name, {}) for name in [*PEOPLE, "configuration:A"]}, {}, ())


def plan(*changes: Change, allowed: tuple[str, ...] = ()) -> Plan:
    return Plan(changes, Basis("l", 3, "", None, "", {}, allowed=allowed), "")


def updates(count: int) -> tuple[Change, ...]:
    return tuple(Change("state", name, "update", (FieldChange("port", 1, 2),)) for name in PEOPLE[:count])


@pytest.mark.parametrize(
    ("limit", "count", "refused"),
    [
        ("20%", 2, False),
        ("20%", 3, True),
        (2, 2, False),
        (2, 3, True),
        ("0%", 1, True),
        (0, 0, False),
        (None, 10, False),
    ],
)
def test_people_are_counted_against_those_who_are_known(limit: Any, count: int, refused: bool) -> None:
    assert bool(beyond_thresholds(plan(*updates(count)), LIVE, Thresholds(affected_people=limit))) is refused


def test_a_refusal_states_rule_numbers_key_and_flag() -> None:
    (refusal,) = beyond_thresholds(plan(*updates(3)), LIVE, Thresholds(affected_people="20%"))
    assert refusal.rule == "affected-people"
    assert "3 of 10 people (30 %)" in refusal.message
    assert "policy.thresholds.affected_people allows 20%" in refusal.message
    assert "--allow affected-people" in refusal.help
    assert refusal.exit == 5


def test_new_people_are_not_affected() -> None:
    new = Change("state", "user:new@acme.example", "create")
    assert not beyond_thresholds(plan(new), LIVE, Thresholds(affected_people=0))
    assert not beyond_thresholds(plan(new), Live(), Thresholds(affected_people="0%"))


def test_who_gets_another_address_is_affected() -> None:
    name = PEOPLE[0].partition(":")[2]
    renamed = Change("state", "user:new@acme.example", "update", (FieldChange("name", name, "new@acme.example"),))
    (refusal,) = beyond_thresholds(plan(renamed), LIVE, Thresholds(affected_people=0))
    assert "1 of 10 people" in refusal.message


def test_deletions() -> None:
    gone = plan(Change("state", "configuration:A", "delete"))
    assert not beyond_thresholds(gone, LIVE, Thresholds(deletions=1))
    (refusal,) = beyond_thresholds(gone, LIVE, Thresholds(deletions=0))
    assert "deletes 1 (configuration:A)" in refusal.message
    assert "--allow deletions" in refusal.help


def test_switching_mail_off() -> None:
    off = Change("state", "configuration:A", "deactivate")
    assert [entry.rule for entry in beyond_thresholds(plan(off), LIVE, Thresholds())] == ["off"]
    assert not beyond_thresholds(plan(off, allowed=("off",)), LIVE, Thresholds())
    (refusal,) = beyond_thresholds(plan(off), LIVE, Thresholds(allow_deactivation=False))
    assert refusal.rule == "deactivation"
    other = Change("state", "configuration:B", "activate")
    assert not beyond_thresholds(plan(other, off), LIVE, Thresholds(allow_deactivation=False))


@pytest.mark.parametrize("name", ["user:p0@acme.example", "p0@acme.example"])
def test_protected_names(name: str) -> None:
    (refusal,) = beyond_thresholds(plan(*updates(1)), LIVE, Thresholds(protected=(name,)))
    assert refusal.rule == f"protected:{name}"
    assert f"--allow protected:{name}" in refusal.help
    assert not beyond_thresholds(plan(*updates(1), allowed=(refusal.rule,)), LIVE, Thresholds(protected=(name,)))


def test_a_new_name_does_not_take_protection_away() -> None:
    renamed = Change("state", "configuration:B", "update", (FieldChange("name", "A", "B"),))
    assert beyond_thresholds(plan(renamed), LIVE, Thresholds(protected=("configuration:A",)))
    assert beyond_thresholds(plan(renamed), LIVE, Thresholds(protected=("A",)))


def test_protected_targets() -> None:
    change = Change("hub", "env_file:hub.env", "update")
    assert beyond_thresholds(plan(change), LIVE, Thresholds(protected=("target:hub",)))


@pytest.mark.parametrize("rule", ["affected-people", "deletions", "deactivation"])
def test_each_threshold_can_be_lifted_once(rule: str, wanted: Callable[..., Any]) -> None:
    limits = Thresholds(affected_people=0, deletions=0, allow_deactivation=False)
    changes = (*updates(1), Change("state", "user:x", "delete"), Change("state", "configuration:A", "deactivate"))
    every = {refusal.rule for refusal in beyond_thresholds(plan(*changes), LIVE, limits)}
    lifted = {refusal.rule for refusal in beyond_thresholds(plan(*changes, allowed=(rule,)), LIVE, limits)}
    assert every - lifted == {rule}


def from_protected() -> Live:
    written = {"HOST": "old", "PASSWORD": {"secret": {"env": "P"}}}
    held = LiveTarget("hub", "ours", {}, {}, written, source="configuration:A")
    objects = {**LIVE.objects, "configuration:A": LiveObject("configuration:A", {"host": "old"}, active=True)}
    return Live("l", 3, objects, {"hub": held}, ())


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (FieldChange("HOST", "old", "evil"), True),
        (FieldChange("HOST", "by hand", "old"), False),
        (FieldChange("PASSWORD", {"env": "P"}, {"env": "OTHER"}, sensitive=True), True),
        (FieldChange("PASSWORD", {"env": "P"}, {"env": "P"}, sensitive=True), False),
    ],
)
@pytest.mark.parametrize("name", ["A", "configuration:A"])
def test_what_a_protected_object_gives_is_protected(name: str, field: FieldChange, refused: bool) -> None:
    """The target names another configuration now; the protected one is as it was."""
    change = plan(Change("hub", "env_file:hub.env", "update", (field,)))
    assert bool(beyond_thresholds(change, from_protected(), Thresholds(protected=(name,)))) is refused
    assert not beyond_thresholds(change, from_protected(), Thresholds(protected=("B",)))


def test_a_person_who_is_given_another_server_loses_the_protected_ones() -> None:
    away = plan(Change("state", PEOPLE[0], "update", (FieldChange("host", "old", "evil"),)))
    (refusal,) = beyond_thresholds(away, from_protected(), Thresholds(protected=("A",)))
    assert refusal.rule == "protected:A"
    own = plan(Change("state", PEOPLE[0], "update", (FieldChange("host", "bobs", "evil"),)))
    assert not beyond_thresholds(own, from_protected(), Thresholds(protected=("A",)))
