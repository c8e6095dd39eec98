"""Rollback re-applies an earlier entry's settings with its references resolved anew."""

from __future__ import annotations

from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.outcome.exits import Exit
from mailspec.plan.rollback import wanted_again
from mailspec.state.store import entry, history, snapshot


def roll_back(world, number: int):
    held = entry(world.session, number)
    wanted = wanted_again(held.objects, held.targets, world.live())
    return apply(world.session, Request(wanted, world.flags, world.root, world.lookup))


def test_a_rollback_brings_the_earlier_settings_back(world) -> None:
    world.apply()
    first = history(world.session)[0].id
    world.spec = {"Relay": ("active", 465)}
    world.apply()
    recap = roll_back(world, first)
    assert recap.exit == Exit.CLEAN
    assert "MAIL_PORT=587" in world.path().read_text()
    assert [item.status for item in history(world.session)] == ["applied"] * 3
    # The Spec still wants the later settings: the next plan shows the difference.
    assert [change.action for change in world.plan().changes] == ["update", "update"]


def test_its_secrets_are_those_of_today(world) -> None:
    world.apply()
    first = history(world.session)[0].id
    world.spec = {"Relay": ("active", 465)}
    world.secrets = {"P": "rotated-canary"}
    world.apply()
    assert roll_back(world, first).exit == Exit.CLEAN
    assert "MAIL_PASSWORD=rotated-canary" in world.path().read_text()
    assert "MAIL_PORT=587" in world.path().read_text()


def test_what_came_later_stays_switched_off(world) -> None:
    world.apply()
    first = history(world.session)[0].id
    world.spec = {"Relay": ("inactive", 587), "Later": ("active", 465)}
    world.apply()
    assert roll_back(world, first).exit == Exit.CLEAN
    assert {name: held.active for name, held in snapshot(world.session).objects.items()} == {
        "configuration:Relay": True,
        "configuration:Later": False,
    }


def test_an_unknown_entry_is_none(world) -> None:
    assert entry(world.session, 99) is None
    world.apply()
    assert entry(world.session, 99) is None
