"""Rewriting a file that somebody else may have open: with its links and owner, and never over another's change."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailspec.files import writing
from mailspec.files.writing import write_file

NOBODY = 65534


def rewrite(path: str, before: bytes, after: bytes) -> str:
    """Return why the file could not be written, ``""`` where it was."""
    try:
        write_file(path, after, before=before)
    except OSError as error:
        return (error.strerror or "").lower()
    return ""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody() -> Callable[[Path], str]:
    """Rewrite a file from ``before`` to ``after`` as a user without rights; return the reason why not."""

    def run(path: Path) -> str:
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                os.write(send, rewrite(str(path), b"before", b"after").encode())
            finally:
                os._exit(0)
        os.close(send)
        with os.fdopen(receive) as stream:
            output = stream.read()
        os.waitpid(child, 0)
        return output

    return run


def test_a_file_is_replaced_with_its_permissions(tmp_path):
    path = tmp_path / "mailspec.yml"
    path.write_bytes(b"before, and longer")
    path.chmod(0o640)
    inode = path.stat().st_ino
    assert rewrite(str(path), b"before, and longer", b"after") == ""
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_ino != inode
    assert [held.name for held in tmp_path.iterdir()] == ["mailspec.yml"]


def test_a_changed_file_is_left_alone(tmp_path):
    path = tmp_path / "mailspec.yml"
    path.write_bytes(b"somebody else was here")
    assert rewrite(str(path), b"before", b"after") == "it was changed after it was read"
    assert path.read_bytes() == b"somebody else was here"
    assert [held.name for held in tmp_path.iterdir()] == ["mailspec.yml"]


def test_a_file_that_changes_at_the_last_moment_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "mailspec.yml"
    path.write_bytes(b"before")

    def copy_owner(*args):
        path.write_bytes(b"somebody else was here")
        return made(*args)

    made = writing.copy_owner
    monkeypatch.setattr(writing, "copy_owner", copy_owner)
    assert rewrite(str(path), b"before", b"after") == "it was changed after it was read"
    assert path.read_bytes() == b"somebody else was here"
    assert [held.name for held in tmp_path.iterdir()] == ["mailspec.yml"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real/mailspec.yml"
    real.write_bytes(b"before")
    link = tmp_path / "mailspec.yml"
    link.symlink_to("real/mailspec.yml")
    assert rewrite(str(link), b"before", b"after") == ""
    assert os.readlink(link) == "real/mailspec.yml"
    assert real.read_bytes() == b"after"


def test_other_names_of_a_file_stay_its_names(tmp_path):
    path, other = tmp_path / "mailspec.yml", tmp_path / "other.yml"
    path.write_bytes(b"before, and longer")
    os.link(path, other)
    assert rewrite(str(path), b"before, and longer", b"after") == ""
    assert other.read_bytes() == b"after"
    assert path.samefile(other)


def test_a_missing_file_is_reported(tmp_path):
    assert rewrite(str(tmp_path / "gone.yml"), b"before", b"after") == "no such file or directory"


def test_a_failed_write_leaves_everything(tmp_path, monkeypatch):
    path = tmp_path / "mailspec.yml"
    path.write_bytes(b"before")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert rewrite(str(path), b"before", b"after") == "no space left on device"
    assert path.read_bytes() == b"before"
    assert [held.name for held in tmp_path.iterdir()] == ["mailspec.yml"]


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "reason"),
    [
        (0o755, 0o644, "it is read-only"),
        (0o777, 0o644, "it is read-only"),
        (0o777, 0o666, ""),
        # Nothing can be put beside it, so that it is written in place.
        (0o755, 0o666, ""),
        (0o755, 0o600, "permission denied"),
    ],
)
@pytest.mark.skipif(os.getuid() != 0, reason="needs root to make another user's file")
def test_another_users_file(open_folder, as_nobody, folder_mode, file_mode, reason):
    path = open_folder / "mailspec.yml"
    path.write_bytes(b"before")
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)
    assert as_nobody(path) == reason
    assert path.read_bytes() == (b"before" if reason else b"after")
    assert path.stat().st_uid == 0
    assert [held.name for held in open_folder.iterdir()] == ["mailspec.yml"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to give a file away")
def test_root_leaves_a_file_to_its_owner(tmp_path):
    path = tmp_path / "mailspec.yml"
    path.write_bytes(b"before")
    os.chown(path, NOBODY, NOBODY)
    assert rewrite(str(path), b"before", b"after") == ""
    assert (path.stat().st_uid, path.stat().st_gid, path.read_bytes()) == (NOBODY, NOBODY, b"after")
