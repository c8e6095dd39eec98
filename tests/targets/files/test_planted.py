"""A folder that the application's own user can write: what is planted there moves no right and waits for nobody."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mailspec.files.durable import identity
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import TargetProblem
from mailspec.targets.export import Export
from mailspec.targets.files import journal, swap
from mailspec.targets.files.place import Place, locate

APPLY = ("apply-1", "/srv/state.sqlite")
NOBODY = 65534


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "app.env").write_bytes(b"old\n")
    (tmp_path / "app.env").chmod(0o640)
    place = locate("app.env", tmp_path)
    assert swap.stage(place, identity(place.path), b"old\n", b"new\n", 0o640, APPLY) is None
    assert swap.switch(place) is None
    return place


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.write_bytes(b"root's own\n")
    path.chmod(0o600)
    return path


def untouched(victim: Path) -> bool:
    return victim.read_bytes() == b"root's own\n" and stat.S_IMODE(victim.stat().st_mode) == 0o600


def plant(place: Place, **changes: object) -> None:
    content = json.loads(place.journal.read_text())
    place.journal.write_text(json.dumps({**content, **changes}) + "\n")


@pytest.mark.parametrize("kind", ["link", "hard link", "other file", "pipe"])
def test_a_backup_that_is_not_ours_is_refused_by_name(place: Place, victim: Path, kind: str) -> None:
    place.backup.unlink()
    make: dict[str, Callable[[], object]] = {
        "link": lambda: place.backup.symlink_to(victim),
        "hard link": lambda: place.backup.hardlink_to(victim),
        "other file": lambda: place.backup.write_bytes(b"planted\n"),
        "pipe": lambda: os.mkfifo(place.backup),
    }
    make[kind]()
    with pytest.raises(OSError, match=r"app\.env\.mailspec-backup"):
        swap.undo(place)
    assert untouched(victim)
    assert place.path.read_bytes() == b"new\n"
    assert place.journal.exists()


def test_a_hard_link_that_the_journal_was_made_to_name_gets_no_mode(place: Place, victim: Path) -> None:
    place.backup.unlink()
    place.backup.hardlink_to(victim)
    found = identity(place.backup)
    assert found is not None
    plant(place, backup=dataclasses.asdict(found), mode=0o6777)
    with pytest.raises(OSError, match="not the file that mailspec made"):
        swap.undo(place)
    assert untouched(victim)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of another user")
def test_a_journal_of_another_user_is_refused_by_name(place: Place) -> None:
    os.chown(place.journal, NOBODY, NOBODY)
    found = swap.left(place)
    assert isinstance(found, TargetProblem)
    assert str(place.journal) in found.message
    assert "not made by this user" in found.message
    for step in (swap.undo, swap.switch):
        with pytest.raises(PermissionError):
            step(place)
    assert place.path.read_bytes() == b"new\n"


@pytest.mark.parametrize("kind", ["link", "pipe", "huge", "hard link", "writable by others"])
def test_a_journal_that_cannot_be_ours_is_refused_by_name_and_at_once(place: Place, tmp_path: Path, kind: str) -> None:
    real = tmp_path / "elsewhere"
    place.journal.rename(real)
    if kind == "link":
        place.journal.symlink_to(real)
    elif kind == "pipe":
        os.mkfifo(place.journal)
    elif kind == "huge":
        with place.journal.open("wb") as stream:
            stream.truncate(1 << 40)
    elif kind == "hard link":
        place.journal.hardlink_to(real)
    else:
        real.rename(place.journal)
        place.journal.chmod(0o666)
    found = swap.left(place)
    assert isinstance(found, TargetProblem)
    assert str(place.journal) in found.message


def test_a_journal_of_another_file_undoes_nothing(place: Place, victim: Path) -> None:
    plant(place, path=str(victim))
    assert swap.undo(place) == "foreign"
    assert place.path.read_bytes() == b"new\n"
    assert untouched(victim)


def test_a_backup_that_is_a_link_is_not_kept(place: Place, victim: Path) -> None:
    place.backup.unlink()
    place.backup.symlink_to(victim)
    swap.finish(place, keep_backup=True)
    assert not os.path.lexists(place.kept)
    assert not os.path.lexists(place.backup)
    assert untouched(victim)


def test_a_journal_reads_back_as_it_was_written(place: Place) -> None:
    record = journal.read(place.journal)
    assert record is not None
    assert (record.path, record.mode) == (str(place.path), 0o640)


EXPORT = TargetDesired(
    "x", "export", "mail.json", {"mail": "on"}, {"format": "json"}, owner="instance=a environment=base"
)


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe", "folder"])
def test_what_was_planted_where_the_owner_is_declared_is_not_written(tmp_path: Path, victim: Path, kind: str) -> None:
    beside = tmp_path / ".mail.json.mailspec-owner"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: beside.symlink_to(victim),
        "dangling link": lambda: beside.symlink_to(tmp_path / "nowhere"),
        "hard link": lambda: beside.hardlink_to(victim),
        "pipe": lambda: os.mkfifo(beside),
        "folder": beside.mkdir,
    }
    make[kind]()
    found = Export().read(EXPORT, tmp_path)
    assert isinstance(found, TargetProblem)
    assert beside.name in found.message
    # Also where it is planted after the target was read.
    trace = {**Export().trace(EXPORT, tmp_path), "apply": APPLY[0], "state": APPLY[1]}
    with contextlib.suppress(OSError):
        Export().stage(EXPORT, trace, {"mail": "on"})
        Export().switch(trace)
    assert untouched(victim)
    assert not (tmp_path / "nowhere").exists()


def test_the_owner_is_declared_beside_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "mail.json").symlink_to("real/mail.json")
    trace = {**Export().trace(EXPORT, tmp_path), "apply": APPLY[0], "state": APPLY[1]}
    assert Export().stage(EXPORT, trace, {"mail": "on"}) is None
    assert Export().switch(trace) is None
    Export().finish(trace)
    assert sorted(path.name for path in (tmp_path / "real").iterdir()) == [".mail.json.mailspec-owner", "mail.json"]
    assert (tmp_path / "mail.json").is_symlink()
