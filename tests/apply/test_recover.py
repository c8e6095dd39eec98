"""What a killed apply left is undone or finished by the next run, which says so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from mailspec.apply.recover import recover, unfinished
from mailspec.apply.unlock import unlock
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.state.commit import pending
from mailspec.state.tables import PENDING


@pytest.fixture
def left(make_world, flaky):
    """A world whose last apply switched its file and could neither undo nor end."""
    world = make_world()
    world.apply()
    world.spec = {"Relay": ("active", 465)}
    flaky("verify", undo_fails=True)
    assert world.apply().exit == Exit.PARTIAL
    flaky(None)
    assert "MAIL_PORT=465" in world.path().read_text()
    return world


def elsewhere(world) -> None:
    with world.session.write() as connection:
        connection.execute(update(PENDING).values(host="runner-7", holder="ci@runner-7"))


def test_recovery_puts_back_and_says_so(left) -> None:
    assert "has not ended" in unfinished(left.session)
    notes = recover(left.session, left.desired, left.root)
    assert "was interrupted before its commit and was undone" in notes[0]
    assert notes[1] == "app: its former settings were put back"
    assert "MAIL_PORT=587" in left.path().read_text()
    assert (left.beside(), unfinished(left.session)) == ([], None)
    assert recover(left.session, left.desired, left.root) == []


def test_a_file_that_someone_changed_since_is_not_overwritten(left) -> None:
    left.path().write_text("MAIL_PORT=1\n")
    notes = recover(left.session, left.desired, left.root)
    assert "changed by someone else" in notes[1]
    assert left.path().read_text() == "MAIL_PORT=1\n"
    assert "MAIL_PORT=587" in (left.root / "app.env.mailspec-kept").read_text()


def test_an_apply_of_another_host_is_refused_by_name(left) -> None:
    elsewhere(left)
    refusal = recover(left.session, left.desired, left.root)
    assert isinstance(refusal, Refusal)
    assert (refusal.rule, refusal.exit) == ("unfinished-elsewhere", Exit.REFUSED)
    assert "runner-7" in refusal.message
    assert str(left.path()) in refusal.message
    assert "unlock" in refusal.help
    assert left.apply().refusal == refusal


def test_after_unlock_the_other_host_finds_its_journal_and_undoes(left) -> None:
    elsewhere(left)
    notes = unlock(left.session, left.desired, left.root)
    # This machine is the other host as well: its journal lies here, and the same command has ended it.
    assert "forgotten here" in notes[0]
    assert any("before its commit and was undone" in line for line in notes)
    assert pending(left.session) is None
    assert "MAIL_PORT=587" in left.path().read_text()
    assert left.beside() == []


def test_a_journal_of_another_state_is_refused_and_unlock_undoes_it(left, tmp_path) -> None:
    journal = left.root / ".app.env.mailspec-journal"
    held = json.loads(journal.read_text())
    journal.write_text(json.dumps({**held, "state": "postgresql://db.example/other"}) + "\n")
    with left.session.write() as connection:
        connection.execute(PENDING.delete())
    refusal = recover(left.session, left.desired, left.root)
    assert isinstance(refusal, Refusal)
    assert "postgresql://db.example/other" in refusal.message
    notes = unlock(left.session, left.desired, left.root)
    assert any("had not ended; now restored" in line for line in notes)
    assert "MAIL_PORT=587" in left.path().read_text()


def test_a_journal_that_nobody_can_read_stops_everything(left) -> None:
    journal = left.root / ".app.env.mailspec-journal"
    journal.write_text('{"version": 99}\n')
    with left.session.write() as connection:
        connection.execute(PENDING.delete())
    refusal = recover(left.session, left.desired, left.root)
    assert isinstance(refusal, Refusal)
    assert "unknown" in refusal.message


def test_a_journal_holds_paths_and_no_contents(left) -> None:
    text = (left.root / ".app.env.mailspec-journal").read_text()
    assert "canary" not in text
    assert set(json.loads(text)) == {"version", "apply", "state", "path", "old", "new", "backup", "mode"}
    assert (left.root / ".app.env.mailspec-backup").stat().st_mode & 0o777 == 0o600


def test_unlock_says_when_there_is_nothing(world) -> None:
    assert unlock(world.session, world.desired, world.root) == ["nothing was locked or unfinished"]


def test_flags_do_not_matter_to_recovery(left) -> None:
    left.flags = replace(left.flags, limit=("configuration:none",))
    recap = left.apply()
    assert any("undone" in note for note in recap.notes)
