"""What fails is undone, and the recap says what was restored, what failed and what was not tried."""

from __future__ import annotations

import errno
import os

import pytest

from mailspec.apply import write as module
from mailspec.apply.recover import recover
from mailspec.apply.traces import refuse_shared_files
from mailspec.outcome.exits import Exit
from mailspec.state.commit import pending
from mailspec.state.errors import StateError
from mailspec.state.store import history, snapshot


@pytest.fixture
def two(make_world):
    """Two files that hold the old settings, and a wish for new ones."""
    made = make_world(targets={"app": {}, "web": {}})
    assert made.apply().exit == Exit.CLEAN
    made.spec = {"Relay": ("active", 465)}
    return made


@pytest.mark.parametrize(("step", "code"), [("stage", 1), ("switch before", 1), ("switch after", 6), ("verify", 6)])
def test_a_failing_step_leaves_everything_as_it_was(two, flaky, step: str, code: int) -> None:
    before = {name: two.path(name).read_bytes() for name in ("app", "web")}
    flaky(step)
    recap = two.apply()
    assert recap.exit == code
    assert recap.failure
    assert {name: two.path(name).read_bytes() for name in ("app", "web")} == before
    assert snapshot(two.session).serial == 1
    assert two.beside() == []
    assert pending(two.session) is None
    latest = history(two.session)[0]
    assert (latest.status, latest.serial) == ("restored", 1)
    flaky(None)
    assert two.apply().exit == Exit.CLEAN


def test_each_target_says_what_became_of_it(two, flaky) -> None:
    flaky("verify")
    recap = two.apply()
    assert {change.target: change.status for change in recap.changes} == {
        "state": "not_tried",
        "app": "restored",
        "web": "restored",
    }
    assert "reading back" in recap.failure
    assert [str(line) for line in recap.targets] == [
        "state : ok=0 changed=0 failed=0 skipped=1",
        "app : ok=2 changed=0 failed=0 skipped=1",
        "web : ok=2 changed=0 failed=0 skipped=1",
    ]


def test_what_cannot_be_undone_is_named_and_left_for_the_next_run(two, flaky) -> None:
    flaky("verify", undo_fails=True)
    recap = two.apply()
    assert recap.exit == Exit.PARTIAL
    assert any("could not be put back" in note for note in recap.notes)
    assert pending(two.session) is not None
    assert history(two.session)[0].status == "failed"
    flaky(None)
    recap = two.apply()
    assert recap.exit == Exit.CLEAN
    assert any("undone" in note for note in recap.notes)
    assert two.beside() == []


def test_a_backup_that_cannot_be_removed_is_finished_by_the_next_run(two, flaky) -> None:
    flaky("finish")
    recap = two.apply()
    assert (recap.exit, recap.history) == (Exit.PARTIAL, 2)
    assert "MAIL_PORT=465" in two.path().read_text()
    flaky(None)
    recap = two.apply()
    assert any("finished and holds" in note for note in recap.notes)
    assert (recap.changes, two.beside()) == ((), [])


def test_a_value_that_the_dialect_cannot_hold_changes_nothing(make_world) -> None:
    world = make_world(
        targets={"app": {"dialect": "systemd"}, "web": {"dialect": "docker"}}, secrets={"P": "two\nXq7w"}
    )
    recap = world.apply()
    assert recap.exit == Exit.FINDINGS
    assert "line break" in recap.failure
    assert "Xq7w" not in recap.failure
    statuses = {change.target: change.status for change in recap.changes}
    assert (statuses["app"], statuses["web"]) == ("failed", "not_tried")
    assert not world.path().exists()
    assert world.beside() == []


def test_someone_elses_change_during_the_apply_is_not_overwritten(two) -> None:
    def test_message() -> list[object]:
        two.path().write_text("MAIL_PORT=99\n")
        return []

    recap = two.apply(send_test=test_message)
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "stale-plan")
    assert two.path().read_text() == "MAIL_PORT=99\n"


def test_two_targets_do_not_write_one_file(make_world) -> None:
    world = make_world(targets={"app": {}, "web": {}})
    world.path("web").symlink_to("app.env")
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.REFUSED, "shared-file")
    assert not world.path().exists()


def test_a_file_of_one_target_is_none_of_several_of_another() -> None:
    several = {"target": "mta", "path": "/etc/postfix", "paths": ["/etc/postfix/main.cf", "/etc/postfix/sasl"]}
    refuse_shared_files([several, {"target": "app", "path": "/etc/postfix/other", "paths": ["/etc/postfix/other"]}])
    for path in several["paths"]:
        with pytest.raises(StateError, match="mta and app write the same file"):
            refuse_shared_files([several, {"target": "app", "path": path, "paths": [path]}])
    # A third party's type may have no path at all.
    refuse_shared_files([{"target": "one"}, {"target": "two"}])


@pytest.mark.parametrize("kind", ["hard link", "folder", "no folder", "pipe"])
def test_what_cannot_be_replaced_is_reported_before_anything_is_tried(make_world, kind: str) -> None:
    world = make_world()
    path = world.path()
    if kind == "hard link":
        path.write_text("")
        (world.root / "other").hardlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere/app.env")
    recap = world.apply()
    assert (recap.exit, recap.refusal.rule) == (Exit.FINDINGS, "target-unusable")
    assert snapshot(world.session).serial == 0


def test_a_disk_that_fails_while_traces_are_removed_is_reported_by_name(make_world, monkeypatch) -> None:
    world = make_world()
    fsync = os.fsync

    def fails(handle: int) -> None:
        if world.path().exists() and not world.beside() and os.path.samestat(os.fstat(handle), world.root.stat()):
            raise OSError(errno.EIO, "Input/output error")  # without a name, as of a descriptor
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fails)
    recap = world.apply()
    note = f"app: applied, but what lay beside it may still be there ({world.root}: Input/output error)"
    assert note in recap.notes
    assert {change.status for change in recap.changes} == {"applied"}


@pytest.fixture
def cut_off(two, monkeypatch):
    """``cut_off(reached, back)``: the answer to the commit is lost; ``back`` tells whether the database returns."""

    def make(reached: bool, back: bool) -> None:
        def lost(*arguments):
            if reached:
                real_commit(*arguments)
            raise StateError("state-unusable", "the connection was lost")

        def asked(*arguments):
            if not back:
                raise StateError("state-unusable", "the connection was lost")
            return real_committed(*arguments)

        real_commit, real_committed = module.commit, module.committed
        monkeypatch.setattr(module, "commit", lost)
        monkeypatch.setattr(module, "committed", asked)

    return make


def test_a_commit_whose_answer_was_lost_holds(two, cut_off) -> None:
    cut_off(reached=True, back=True)
    recap = two.apply()
    assert (recap.exit, recap.history, recap.failure) == (Exit.CLEAN, 2, None)
    assert "MAIL_PORT=465" in two.path().read_text()
    assert two.beside() == []


def test_a_commit_that_never_arrived_is_undone(two, cut_off) -> None:
    cut_off(reached=False, back=True)
    recap = two.apply()
    assert (recap.exit, recap.history) == (Exit.ROLLED_BACK, None)
    assert {change.target: change.status for change in recap.changes}["state"] == "failed"
    assert "MAIL_PORT=587" in two.path().read_text()
    assert two.beside() == []


@pytest.mark.parametrize(("reached", "port"), [(True, 465), (False, 587)])
def test_where_nobody_can_tell_the_next_run_decides(two, cut_off, monkeypatch, reached: bool, port: int) -> None:
    cut_off(reached, back=False)
    recap = two.apply()
    assert recap.exit == Exit.PARTIAL
    assert "connection was lost" in recap.failure
    assert any("next run" in note for note in recap.notes)
    monkeypatch.undo()
    assert recover(two.session, two.desired, two.root)
    assert f"MAIL_PORT={port}" in two.path().read_text()
    assert two.beside() == []


def test_a_full_disk_is_reported_with_the_path_what_stands_and_a_cure(two, flaky) -> None:
    flaky("stage")
    recap = two.apply()
    assert recap.failure == f"{two.path('app')}: No space left on device"
    assert recap.notes[-1] == (
        f"every target is as it was before; free some space on the disk of {two.root}, then apply again"
    )


def test_where_undoing_failed_nothing_is_reported_to_stand(two, flaky) -> None:
    flaky("switch after", undo_fails=True)
    assert not any("as it was before" in note for note in two.apply().notes)
