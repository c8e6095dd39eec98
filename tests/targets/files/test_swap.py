"""Stage, switch, undo and finish of one file, called again at every point."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from mailspec.files.durable import identity
from mailspec.targets.base import TargetProblem
from mailspec.targets.files import swap
from mailspec.targets.files.place import Place, locate, unusable

APPLY = ("apply-1", "/srv/state.sqlite")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "app.env").write_bytes(b"old\n")
    (tmp_path / "app.env").chmod(0o640)
    return locate("app.env", tmp_path)


def stage(place: Place) -> TargetProblem | None:
    before = place.path.read_bytes() if place.path.exists() else None
    return swap.stage(place, identity(place.path), before, b"new\n", 0o640, APPLY)


def others(place: Place) -> list[str]:
    return sorted(path.name for path in place.folder.iterdir() if path != place.path)


def test_staging_changes_nothing_that_is_read(place: Place) -> None:
    assert stage(place) is None
    assert place.path.read_bytes() == b"old\n"
    assert stat.S_IMODE(place.backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.new.stat().st_mode) == 0o640
    assert swap.left(place).apply == "apply-1"
    assert swap.undo(place) == "untouched"
    assert others(place) == []


def test_a_switch_is_undone_to_the_octet_and_the_mode(place: Place) -> None:
    stage(place)
    assert swap.switch(place) is None
    assert place.path.read_bytes() == b"new\n"
    assert swap.undo(place) == "restored"
    assert (place.path.read_bytes(), stat.S_IMODE(place.path.stat().st_mode)) == (b"old\n", 0o640)
    assert others(place) == []
    assert swap.undo(place) == "untouched"


def test_a_file_that_was_not_there_goes_again(tmp_path: Path) -> None:
    place = locate("app.env", tmp_path)
    stage(place)
    swap.switch(place)
    assert swap.undo(place) == "restored"
    assert list(tmp_path.iterdir()) == []


def test_finishing_leaves_the_new_file_alone(place: Place) -> None:
    stage(place)
    swap.switch(place)
    swap.finish(place, keep_backup=False)
    swap.finish(place, keep_backup=False)
    assert (place.path.read_bytes(), others(place)) == (b"new\n", [])


def test_a_backup_may_be_kept(place: Place) -> None:
    stage(place)
    swap.switch(place)
    swap.finish(place, keep_backup=True)
    swap.finish(place, keep_backup=True)
    assert others(place) == ["app.env.mailspec-kept"]
    assert place.kept.read_bytes() == b"old\n"
    assert stat.S_IMODE(place.kept.stat().st_mode) == 0o600


def test_an_undo_that_was_cut_short_ends_where_it_would_have(place: Place) -> None:
    stage(place)
    swap.switch(place)
    # The restoring rename was made, the cleaning was not.
    place.backup.chmod(0o640)
    os.replace(place.backup, place.path)
    assert swap.undo(place) == "restored"
    assert (place.path.read_bytes(), others(place)) == (b"old\n", [])


def test_a_journal_that_was_cut_short_means_nothing_was_switched(place: Place) -> None:
    stage(place)
    place.journal.write_bytes(place.journal.read_bytes()[:-5])
    assert swap.left(place) is None
    assert swap.undo(place) == "untouched"
    assert (place.path.read_bytes(), others(place)) == (b"old\n", [])


@pytest.mark.parametrize("when", ["staged", "switched"])
def test_what_someone_else_wrote_since_stays(place: Place, when: str) -> None:
    stage(place)
    if when == "switched":
        swap.switch(place)
    place.path.write_bytes(b"theirs\n")
    os.utime(place.path, ns=(1, 1))
    assert swap.undo(place) == "foreign"
    assert place.path.read_bytes() == b"theirs\n"
    assert place.kept.read_bytes() == b"old\n"


def test_a_change_between_reading_and_switching_is_refused(place: Place) -> None:
    stage(place)
    os.utime(place.path, ns=(1, 1))
    assert isinstance(swap.switch(place), TargetProblem)
    old = identity(place.path)
    os.utime(place.path, ns=(2, 2))
    assert isinstance(swap.stage(place, old, b"old\n", b"new\n", 0o600, APPLY), TargetProblem)


def test_leftovers_without_a_journal_are_cleared_before_staging(place: Place) -> None:
    place.new.write_text("half")
    place.backup.write_text("half")
    assert stage(place) is None


def test_a_link_in_the_way_is_never_followed(place: Place, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    place.new.symlink_to(victim)
    assert stage(place) is None
    assert victim.read_text() == "keep me"
    assert not place.new.is_symlink()


def test_extended_attributes_are_kept(place: Place) -> None:
    try:
        os.setxattr(place.path, "user.mailspec", b"x")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    stage(place)
    swap.switch(place)
    assert os.getxattr(place.path, "user.mailspec") == b"x"
    swap.undo(place)
    assert os.getxattr(place.path, "user.mailspec") == b"x"


def test_a_relative_path_starts_at_the_project_and_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.env").symlink_to("real/app.env")
    assert locate("link.env", tmp_path).path == tmp_path / "real/app.env"
    assert unusable(locate("link.env", tmp_path)) is None
    assert "create the folder" in unusable(locate("none/app.env", tmp_path)).help


def test_a_journal_that_cannot_be_read_is_not_called_somebody_elses(place: Place, tmp_path: Path) -> None:
    place.journal.symlink_to(tmp_path / "nowhere")
    found = swap.left(place)
    assert isinstance(found, TargetProblem)
    assert str(place.journal) in found.message
    assert "remove it" in found.help


@pytest.mark.parametrize("name", ["app.env/x", "app.env/x/y", "n" * 240, "n" * 300, "d/" * 2100 + "x"])
def test_where_no_journal_can_be_none_is_left(name: str, place: Place, tmp_path: Path) -> None:
    other = locate(name, tmp_path)
    assert swap.left(other) is None
    found = unusable(other)
    assert found is not None
    assert found.help
    assert "create the folder" not in found.help


def test_a_name_may_be_as_long_as_the_journals_lets_it(tmp_path: Path) -> None:
    found = unusable(locate("n" * 240, tmp_path))
    assert found is not None
    most = int("".join(letter for letter in found.help if letter.isdigit()))
    assert unusable(locate("n" * most, tmp_path)) is None
    assert unusable(locate("n" * (most + 1), tmp_path)) is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of another user")
def test_a_journal_of_another_user_is_named_with_its_owner() -> None:
    # Pytest's own folders are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = locate("app.env", Path(folder))
        stage(place)
        os.seteuid(65534)
        try:
            found = swap.left(place)
        finally:
            os.seteuid(0)
    assert isinstance(found, TargetProblem)
    assert "Permission denied (it belongs to user 0, mode 0600)" in found.message
    assert "run mailspec as that user" in found.help


@pytest.mark.parametrize("leads_to", ["app.env", "other.env"])
def test_a_link_that_comes_round_is_named_as_one(leads_to: str, tmp_path: Path) -> None:
    (tmp_path / "app.env").symlink_to(leads_to)
    if leads_to != "app.env":
        (tmp_path / leads_to).symlink_to("app.env")
    problem = unusable(locate("app.env", tmp_path))
    assert problem is not None
    assert problem.message.endswith(".env is a link that leads to itself")
