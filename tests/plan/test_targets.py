"""Changes of a target, key by key."""

from __future__ import annotations

from mailspec.outcome.secret import MASK
from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live, LiveTarget
from mailspec.plan.make import make_plan

REFERENCE = {"env": "P"}
RECORDED = {"HOST": "a", "PASSWORD": {"secret": REFERENCE}}


def changed(target, live: LiveTarget) -> list[tuple]:
    plan = make_plan(Desired(targets=(target,)), Live("l", 1, {}, {"app": live}, ()), Flags())
    return [
        (change.action, [(item.path, item.before, item.after, item.sensitive) for item in change.fields])
        for change in plan.changes
    ]


def test_a_file_that_is_not_there_is_created(target) -> None:
    found = changed(target(HOST="a", PASSWORD=REFERENCE), LiveTarget("app", "absent"))
    assert found == [("create", [("HOST", None, "a", False), ("PASSWORD", None, REFERENCE, True)])]


def test_mail_off_and_no_file_is_nothing(target) -> None:
    assert changed(target(HOST=None), LiveTarget("app", "absent")) == []


def test_what_is_as_wanted_is_no_change(target) -> None:
    live = LiveTarget("app", "ours", {"HOST": "a"}, {"PASSWORD": "unchanged"}, RECORDED, "0600")
    assert changed(target(HOST="a", PASSWORD=REFERENCE), live) == []


def test_drift_is_put_right(target) -> None:
    live = LiveTarget("app", "ours", {"HOST": "theirs"}, {"PASSWORD": "unchanged"}, RECORDED, "0600")
    assert changed(target(HOST="a", PASSWORD=REFERENCE), live) == [("update", [("HOST", "theirs", "a", False)])]


def test_a_value_behind_the_same_reference_is_a_change_without_a_value(target) -> None:
    live = LiveTarget("app", "ours", {"HOST": "a"}, {"PASSWORD": "changed"}, RECORDED, "0600")
    found = changed(target(HOST="a", PASSWORD=REFERENCE), live)
    assert found == [("update", [("PASSWORD", REFERENCE, REFERENCE, True)])]


def test_a_new_reference_is_a_change_even_if_not_compared(target) -> None:
    live = LiveTarget("app", "ours", {"HOST": "a"}, {"PASSWORD": "not_checked"}, RECORDED, "0600")
    found = changed(target(HOST="a", PASSWORD={"file": "x"}), live)
    assert found == [("update", [("PASSWORD", REFERENCE, {"file": "x"}, True)])]


def test_a_foreign_password_is_masked(target) -> None:
    live = LiveTarget("app", "foreign", {"HOST": "theirs"}, {"PASSWORD": "changed"}, None, "0644")
    ((action, fields),) = changed(target(HOST="a", PASSWORD=REFERENCE), live)
    assert action == "update"
    assert ("HOST", "********", "a", False) in fields
    assert all(item[1] != "theirs" for item in fields)


def test_a_key_that_we_wrote_and_that_is_wanted_no_more_goes(target) -> None:
    live = LiveTarget("app", "ours", {"HOST": "a"}, {"PASSWORD": "changed"}, RECORDED, "0600")
    assert changed(target(HOST="a"), live) == [("update", [("PASSWORD", REFERENCE, None, True)])]


def test_a_plain_value_takes_a_secrets_place_masked(target) -> None:
    live = LiveTarget("app", "ours", {}, {"HOST": "changed"}, {"HOST": {"secret": REFERENCE}}, "0600")
    assert changed(target(HOST="a"), live) == [("update", [("HOST", REFERENCE, "a", True)])]
    unknown = LiveTarget("app", "ours", {}, {"HOST": "changed"}, {}, "0600")
    assert changed(target(HOST="a"), unknown) == [("update", [("HOST", MASK, "a", True)])]


def test_adopting_a_file_as_it_is_is_a_change_once(target) -> None:
    live = LiveTarget("app", "foreign", {"HOST": "a"}, {}, None, "0600")
    plan = make_plan(Desired(targets=(target(HOST="a"),)), Live("l", 1, {}, {"app": live}, ()), Flags())
    assert [(change.fields, change.note) for change in plan.changes] == [((), "adopts the existing file")]


def test_a_target_that_cannot_be_read_is_not_planned(target) -> None:
    assert changed(target(HOST="a"), LiveTarget("app", "unreadable", problem="no folder")) == []


def test_notes_name_drift_removal_exposure_and_unread_secrets(target) -> None:
    def notes(live: LiveTarget) -> str:
        desired = Desired(targets=(target(HOST="a", PASSWORD=REFERENCE),))
        return " ".join(make_plan(desired, Live("l", 1, {}, {"app": live}, ()), Flags()).notes)

    assert "changed outside mailspec: HOST" in notes(LiveTarget("app", "ours", {"HOST": "x"}, {}, RECORDED, "0600"))
    assert "removed outside mailspec" in notes(LiveTarget("app", "absent", recorded=RECORDED))
    assert "mode 0644" in notes(
        LiveTarget("app", "ours", {}, {}, RECORDED, "0644", readable={"": "app.env (mode 0644)"})
    )
    assert "not readable here: PASSWORD" in notes(
        LiveTarget("app", "ours", {"HOST": "a"}, {"PASSWORD": "not_checked"}, RECORDED, "0600")
    )
