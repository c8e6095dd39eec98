"""What stops an apply before anything is tried: stale and used plans, locks, deletions that nobody confirmed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mailspec.outcome.exits import Exit
from mailspec.plan.flags import Flags
from mailspec.plan.saved import dump, load
from mailspec.state.lease import acquire
from mailspec.state.store import snapshot


@pytest.fixture
def planned(make_world):
    """A world with one apply behind it and a saved plan for the next."""
    world = make_world()
    world.apply()
    world.spec = {"Relay": ("active", 465)}
    return world, load(dump(world.plan()))


def test_a_saved_plan_is_applied_once(planned) -> None:
    world, plan = planned
    assert world.apply(approved=plan, single_use=True).exit == Exit.CLEAN
    recap = world.apply(approved=plan, single_use=True)
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "plan-used")
    assert recap.refusal.help


def spec(world) -> None:
    world.spec = {"Relay": ("active", 2525)}


def file_changed(world) -> None:
    world.path().write_text(world.path().read_text().replace("587", "26"))


def file_removed(world) -> None:
    world.path().unlink()


def state(world) -> None:
    other, world.spec = world.spec, {"Relay": ("active", 588)}
    assert world.apply().exit == Exit.CLEAN
    world.spec = other
    file_changed(world)
    world.path().write_text(world.path().read_text().replace("588", "587"))


def flags(world) -> None:
    world.flags = Flags(prune=True)


def environment(world) -> None:
    world.flags = Flags(environment="staging")


def as_of(world) -> None:
    world.flags = Flags(as_of="2027-01-01")


def secret_value(world) -> None:
    world.secrets = {"P": "rotated"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (spec, "effective settings changed"),
        (file_changed, "what the targets hold changed (app)"),
        (file_removed, "what the targets hold changed (app)"),
        (state, "for serial 1, the state has 2"),
        (flags, "--prune differs"),
        (environment, "another environment (the base, now staging)"),
        (as_of, "--as-of differs"),
        (secret_value, "a secret or what a target holds of it changed (app MAIL_PASSWORD)"),
    ],
)
def test_a_stale_plan_is_refused_and_says_what_differs(planned, change, reason: str) -> None:
    world, plan = planned
    change(world)
    recap = world.apply(approved=plan, single_use=True)
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "stale-plan")
    assert reason in recap.refusal.message
    assert "mailspec plan" in recap.refusal.help


def test_a_plan_for_another_state_is_refused(planned) -> None:
    world, plan = planned
    other = replace(plan, basis=replace(plan.basis, lineage="0" * 36))
    assert "lineage" in world.apply(approved=other).refusal.message


def test_a_plan_made_without_the_secrets_may_be_applied_with_them(planned) -> None:
    world, _ = planned
    kept, world.secrets = world.secrets, {}
    plan = world.plan()
    assert plan.secrets == {"app MAIL_PASSWORD": "not_checked"}
    world.secrets = kept
    assert world.apply(approved=load(dump(plan)), single_use=True).exit == Exit.CLEAN


def test_a_squash_merge_does_not_make_a_plan_stale(planned) -> None:
    world, _ = planned
    world.flags = Flags(commit="a" * 40)
    plan = load(dump(world.plan()))
    world.flags = Flags(commit="b" * 40)
    assert world.apply(approved=plan, single_use=True).exit == Exit.CLEAN


def test_a_held_lock_is_refused_by_its_holders_name(planned) -> None:
    world, _ = planned
    with acquire(world.session):
        recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "locked")
    assert "process" in recap.refusal.message
    assert "unlock" in recap.refusal.help
    assert world.apply().exit == Exit.CLEAN


def test_a_deletion_needs_its_name(make_world) -> None:
    world = make_world(spec={"Relay": ("active", 587), "Old": ("inactive", 25)})
    world.apply()
    world.spec = {"Relay": ("active", 587), "Old": ("absent", 25)}
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "unconfirmed-deletion")
    assert "--confirm-delete configuration:Old" in recap.refusal.help
    world.confirm("Old")
    assert world.apply().exit == Exit.CLEAN
    assert list(snapshot(world.session).objects) == ["configuration:Relay"]


def test_what_is_no_longer_declared_stays_without_prune(make_world) -> None:
    world = make_world(spec={"Relay": ("active", 587), "Old": ("inactive", 25)})
    world.apply()
    world.spec = {"Relay": ("active", 587)}
    assert world.plan().changes == ()
    assert any("no longer declared" in note and "--prune" in note for note in world.plan().notes)
    world.confirm(prune=True)
    assert world.apply().refusal.rule == "unconfirmed-deletion"
    world.confirm("Old", prune=True)
    assert world.apply().exit == Exit.CLEAN
    assert list(snapshot(world.session).objects) == ["configuration:Relay"]


def test_the_active_one_is_deleted_only_with_a_successor(make_world) -> None:
    world = make_world()
    world.apply()
    world.spec = {"Relay": ("absent", 587)}
    world.confirm("Relay")
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "active-deleted")
    world.spec = {"Relay": ("absent", 587), "New": ("active", 465)}
    assert [(change.action, change.name) for change in world.plan().changes if change.target == "state"] == [
        ("create", "configuration:New"),
        ("activate", "configuration:New"),
        ("deactivate", "configuration:Relay"),
        ("delete", "configuration:Relay"),
    ]
    assert world.apply().exit == Exit.CLEAN
    assert {name: held.active for name, held in snapshot(world.session).objects.items()} == {"configuration:New": True}


def test_a_target_that_is_no_longer_declared_is_forgotten_with_prune(make_world) -> None:
    world = make_world(targets={"app": {}, "web": {}})
    world.apply()
    world.targets = {"app": {}}
    assert world.plan().changes == ()
    world.confirm("web", prune=True)
    assert world.apply().exit == Exit.CLEAN
    assert list(snapshot(world.session).targets) == ["app"]
    assert world.path("web").exists()


def test_no_plan_or_state_holds_a_secret(planned) -> None:
    world, plan = planned
    world.apply(approved=plan)
    with world.session.read() as connection:
        rows = [str(row) for table in connection.dialect and _tables() for row in connection.execute(table.select())]
    assert not [row for row in [*rows, dump(plan), json.dumps(plan.secrets)] if "canary" in row]


def _tables():
    from mailspec.state.tables import METADATA

    return METADATA.sorted_tables


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b", "\x85", "\u2028"])
@pytest.mark.parametrize("dialect", ["sh", "dotenv", "systemd", "docker"])
def test_a_value_of_two_lines_never_reaches_a_file_of_lines(world, mark: str, dialect: str) -> None:
    world.targets = {"app": {"dialect": dialect}}
    world.secrets = {"P": f"x{mark}ssh-ed25519 AAAA mallory"}
    recap = world.apply()
    assert (recap.exit, world.path().exists(), world.beside()) == (Exit.FINDINGS, False, [])
    assert "line break or another control character" in (recap.failure or "")
