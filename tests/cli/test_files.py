from __future__ import annotations

import os
import stat

import pytest

from mailspec.cli.files import append, replace


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "report"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            replace(str(path), "new")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("report", "old")]
    replace(str(path), "new")
    assert path.read_text() == "new"


def test_mode_is_kept_and_a_link_stays(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    replace(str(link), "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_honours_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        replace(str(tmp_path / "new"), "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_device_is_written_as_it_is():
    replace("/dev/null", "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_adding_makes_the_file_and_keeps_what_is_there(tmp_path):
    path = str(tmp_path / "summary")
    append(path, "one\n")
    append(path, "two\n")
    assert (tmp_path / "summary").read_text() == "one\ntwo\n"


def test_half_a_character_is_written_as_its_escape(tmp_path):
    replace(str(tmp_path / "a"), "x\udcff")
    assert (tmp_path / "a").read_text() == "x\\udcff"
