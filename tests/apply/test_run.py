"""One apply from the plan to the recap, on both databases."""

from __future__ import annotations

import os
import stat
from dataclasses import replace

import pytest

from mailspec.outcome import mail
from mailspec.outcome.exits import Exit
from mailspec.outcome.secret import MASK
from mailspec.plan.live import LiveObject
from mailspec.plan.make import FIRST
from mailspec.state.lease import info
from mailspec.state.store import history, snapshot

WHOLE = "MAIL_HOST=smtp.acme.example\nMAIL_PORT=587\nMAIL_PASSWORD=s3cret-canary\n"


def test_the_first_apply_writes_the_file_and_the_state(world) -> None:
    plan = world.plan()
    recap = world.apply()
    assert (recap.exit, recap.refusal, recap.failure) == (Exit.CLEAN, None, None)
    assert FIRST in plan.notes
    assert world.path().read_text() == WHOLE
    assert stat.S_IMODE(world.path().stat().st_mode) == 0o600
    held = snapshot(world.session)
    assert (held.serial, held.objects["configuration:Relay"].active) == (1, True)
    assert [str(line) for line in recap.targets] == [
        "state : ok=0 changed=1 failed=0 skipped=0",
        "app : ok=0 changed=3 failed=0 skipped=0",
    ]
    assert {change.status for change in recap.changes} == {"applied"}
    assert world.beside() == []
    assert info(world.session) is None


def test_a_second_apply_changes_nothing(world) -> None:
    world.apply()
    before = world.path().stat()
    recap = world.apply()
    assert recap.changes == ()
    assert [str(line) for line in recap.targets] == [
        "state : ok=1 changed=0 failed=0 skipped=0",
        "app : ok=3 changed=0 failed=0 skipped=0",
    ]
    assert world.path().stat() == before
    assert (len(history(world.session)), snapshot(world.session).serial) == (1, 1)


def test_a_change_touches_only_its_key(world) -> None:
    world.path().write_bytes(b"# mine\r\nOTHER=1\r\n")
    world.path().chmod(0o640)
    world.targets = {"app": {"dialect": "systemd", "adopt": True}}
    assert world.apply().exit == Exit.CLEAN
    world.spec = {"Relay": ("active", 465)}
    recap = world.apply()
    raw = world.path().read_bytes()
    assert raw.startswith(b"# mine\r\nOTHER=1\r\nMAIL_HOST=smtp.acme.example\r\nMAIL_PORT=465\r\n")
    assert stat.S_IMODE(world.path().stat().st_mode) == 0o640
    assert str(recap.targets[1]) == "app : ok=2 changed=1 failed=0 skipped=0"


def test_a_link_stays_a_link(world) -> None:
    real = world.root / "elsewhere"
    real.mkdir()
    (real / "real.env").write_text("A=1\n")
    (real / "real.env").chmod(0o600)
    world.path().symlink_to("elsewhere/real.env")
    world.targets = {"app": {"adopt": True}}
    assert world.apply().exit == Exit.CLEAN
    assert world.path().is_symlink()
    assert (real / "real.env").read_text().startswith("A=1\nMAIL_HOST=")


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_the_owner_stays(world) -> None:
    world.path().write_text("")
    world.path().chmod(0o640)
    os.chown(world.path(), 1234, 4321)
    world.targets = {"app": {"adopt": True, "backup": True}}
    assert world.apply().exit == Exit.CLEAN
    kept = world.root / "app.env.mailspec-kept"
    for path in (world.path(), kept):
        assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_declared_mode_is_set_and_shown(world) -> None:
    world.apply()
    world.targets = {"app": {"dialect": "systemd", "mode": "0640"}}
    fields = world.plan().changes[0].fields
    assert [(item.path, item.before, item.after) for item in fields] == [("mode", "0600", "0640")]
    assert world.apply().exit == Exit.CLEAN
    assert stat.S_IMODE(world.path().stat().st_mode) == 0o640


def test_a_file_that_was_never_ours_is_refused_until_adopted(world) -> None:
    world.path().write_text("MAIL_HOST=theirs\n")
    world.path().chmod(0o600)
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "foreign-file")
    assert "adopt: true" in recap.refusal.help
    assert world.path().read_text() == "MAIL_HOST=theirs\n"
    assert snapshot(world.session).serial == 0
    world.targets = {"app": {"adopt": True}}
    shown = {item.path: (item.before, item.after) for change in world.plan().changes for item in change.fields}
    assert shown["MAIL_HOST"] == (MASK, "smtp.acme.example")
    assert world.apply().exit == Exit.CLEAN


def test_no_password_comes_into_a_file_that_everybody_may_read(world) -> None:
    world.path().write_text("A=1\n")
    world.path().chmod(0o644)
    world.targets = {"app": {"adopt": True}}
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "readable-file")
    assert 'mode: "0600"' in recap.refusal.help
    assert world.path().read_text() == "A=1\n"
    world.targets = {"app": {"adopt": True, "mode": "0600"}}
    assert world.apply().exit == Exit.CLEAN
    assert stat.S_IMODE(world.path().stat().st_mode) == 0o600
    # One that has our password already stays as its program needs it; drift tells the mode where one is declared.
    world.path().chmod(0o644)
    world.targets = {"app": {"adopt": True}}
    world.spec = {"Relay": ("active", 2525)}
    assert world.apply().exit == Exit.CLEAN


def test_a_secret_that_was_rotated_is_written_and_never_shown(world) -> None:
    world.apply()
    world.secrets = {"P": "another-canary"}
    plan = world.plan()
    field = plan.changes[0].fields[0]
    assert (field.path, field.before, field.after, field.sensitive) == (
        "MAIL_PASSWORD",
        {"env": "P"},
        {"env": "P"},
        True,
    )
    assert "canary" not in repr(plan)
    assert world.apply().exit == Exit.CLEAN
    assert "MAIL_PASSWORD=another-canary" in world.path().read_text()
    assert "canary" not in repr(history(world.session))


def test_a_missing_secret_stops_before_the_lock(world) -> None:
    world.secrets = {}
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.FINDINGS, "secret-missing")
    assert not world.path().exists()


@pytest.mark.parametrize("step", ["preflight", "send_test"])
def test_a_failed_check_changes_nothing(world, step: str) -> None:
    failed = mail.TestResult("Relay", "configuration", "failed", "wrong password", "auth")
    recap = world.apply(**{step: lambda: [failed]})
    assert (recap.exit, recap.tests) == (Exit.FINDINGS, (failed,))
    assert {change.status for change in recap.changes} == {"not_tried"}
    assert not world.path().exists()
    assert snapshot(world.session).serial == 0


def test_passed_checks_are_kept_in_the_history(world) -> None:
    sent = mail.TestResult("Relay", "configuration", "sent", server_id="queued as 1")
    recap = world.apply(send_test=lambda: [sent])
    assert recap.notes == ()
    assert history(world.session)[0].tests[0]["server_id"] == "queued as 1"


def test_without_a_test_the_recap_says_so(world) -> None:
    assert any("not tested" in note for note in world.apply().notes)


def test_switching_off_takes_our_keys_out(world) -> None:
    world.path().write_text("A=1\n")
    world.path().chmod(0o600)
    world.targets = {"app": {"adopt": True}}
    world.apply()
    world.spec = {"Relay": ("inactive", 587)}
    assert [change.action for change in world.plan().changes] == ["deactivate", "update"]
    assert world.apply().exit == Exit.REFUSED
    world.flags = replace(world.flags, allowed=("off",))
    assert world.apply().exit == Exit.CLEAN
    assert world.path().read_text() == "A=1\n"


def test_the_limit_leaves_the_rest_alone(world) -> None:
    world.targets = {"app": {}, "web": {}}
    from mailspec.plan.flags import Flags

    world.flags = Flags(limit=("target:web",))
    recap = world.apply()
    assert world.path("web").exists()
    assert not world.path("app").exists()
    assert [str(line) for line in recap.targets] == [
        "state : ok=0 changed=0 failed=0 skipped=1",
        "app : ok=0 changed=0 failed=0 skipped=3",
        "web : ok=0 changed=3 failed=0 skipped=0",
    ]


def test_a_rename_is_an_update_and_stays_active(world) -> None:
    world.apply()
    world.spec = {"Main": ("active", 587)}
    world.renamed = {"Main": "Relay"}
    plan = world.plan()
    assert [(change.action, change.name) for change in plan.changes] == [("update", "configuration:Main")]
    assert world.apply().exit == Exit.CLEAN
    assert snapshot(world.session).objects == {
        "configuration:Main": LiveObject(
            "configuration:Main",
            {"host": "smtp.acme.example", "port": 587, "auth.password": {"env": "P"}},
            True,
            frozenset({"auth.password"}),
        )
    }
