"""A file to be written is not reached by a link below the working folder; elsewhere links are the system's own."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from mailspec.files.links import refuse_links


@pytest.mark.parametrize("path", ["link", "folder/x", "./folder/../link", "deep/folder/x"])
def test_a_link_below_the_working_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("link", "folder", "deep/folder"):
        (tmp_path / name).symlink_to("/nowhere")
    monkeypatch.chdir(tmp_path)
    for form in (path, str(tmp_path / path)):
        with pytest.raises(OSError, match="is a link, which could lead anywhere") as raised:
            refuse_links(form)
        assert raised.value.errno == errno.ELOOP


def test_files_without_links_and_the_systems_own_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in ("new", "folder/new", "../outside", "/dev/stdout", str(tmp_path / "folder/x")):
        refuse_links(path)
    monkeypatch.chdir("/")
    refuse_links("/dev/stdout")


@pytest.mark.parametrize("path", ["../link", "../folder/x", "../folder/sub/x", "../deep/inner/x"])
def test_a_link_of_the_checkout_around_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    outside = tmp_path / "outside"
    (outside / ".git").mkdir(parents=True)
    top = tmp_path / "checkout"
    for name in ("mail", ".git", "deep"):
        (top / name).mkdir(parents=True)
    for name in ("link", "folder", "deep/inner"):
        (top / name).symlink_to(outside)
    for folder, form in ((top / "mail", path), (tmp_path, str(top / "mail" / path)), (Path("/"), str(top / path[3:]))):
        monkeypatch.chdir(folder)
        with pytest.raises(OSError, match="is a link, which could lead anywhere"):
            refuse_links(form)
    monkeypatch.chdir(top / "mail")
    refuse_links("../report.sarif")
