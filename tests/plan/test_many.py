"""What thousands of targets, people and fields cost a plan."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from mailspec.outcome.plan import Change, FieldChange
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired, placed
from mailspec.plan.make import _carried


def test_targets_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(one: object, other: object) -> bool:
        raise AssertionError(one, other)

    machines = ("here", None, "there")
    targets = tuple(TargetDesired(f"t{n}", "env_file", f"{n}.env", {}, machine=machines[n % 3]) for n in range(9))
    monkeypatch.setattr(TargetDesired, "__eq__", never)
    found = placed(Desired((), targets), ("here",))
    assert [target.name for target in found.targets] == ["t0", "t1", "t3", "t4", "t6", "t7"]
    assert [target.name for target in found.elsewhere] == ["t2", "t5", "t8"]


class Counted(tuple[str, ...]):
    """Names that know how often they were gone through."""

    times = 0

    def __iter__(self):
        type(self).times += 1
        return super().__iter__()


def test_what_a_target_carries_is_gone_through_once() -> None:
    people = tuple(DesiredObject(f"user:u{number}@acme.example", {}) for number in range(50))
    target = TargetDesired("hub", "export", "hub.json", {}, carries=Counted(item.name for item in people[:40]))
    notes = _carried(Desired(people, (target,)))
    assert notes[0].endswith("and 37 more")
    assert notes[1].endswith("and 7 more")
    assert Counted.times == 1


def test_a_change_as_data_has_every_field() -> None:
    fields = (FieldChange("port", 25, 587), FieldChange("password", None, {"env": "P"}, sensitive=True))
    change = Change("hub", "env_file:hub.env", "update", fields, "a note", "applied")
    assert change.data == {**asdict(change), "fields": [asdict(item) for item in fields]}
    assert list(change.data) == list(asdict(change))
