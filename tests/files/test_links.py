"""A file to be written is not reached by a link below the working folder; elsewhere links are the system's own."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mailspec.files.links import link_within, refuse_links
from mailspec.files.opening import follow_links


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


@pytest.fixture
def unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A link that nobody may read, as another user's ``/proc/1/cwd``, and links to it."""
    link = tmp_path / "proc"
    link.symlink_to("/somewhere")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to(link)
    real = os.readlink

    def readlink(path: str, **more: Any) -> str:
        if os.path.abspath(path) == str(link):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, **more)

    monkeypatch.setattr("os.readlink", readlink)
    return link


@pytest.mark.parametrize("path", ["proc", "a", "a/../a/x", "./b/x", "gone/../a"])
def test_a_link_that_nobody_may_read_stays(path: str, unreadable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = unreadable.parent
    wanted = f"{unreadable}/x" if path.endswith("x") else str(unreadable)
    monkeypatch.chdir(folder)
    assert follow_links(folder / path) == wanted
    assert follow_links(path) == wanted


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("in/a", "in/a"),
        ("out/a", "in/a"),
        ("out/plain/../a", "in/a"),
        ("in/plain", None),
        ("out/plain", None),
        ("in", None),
    ],
)
def test_a_link_in_a_folder_is_found_by_every_way(path: str, link: str | None, tmp_path: Path) -> None:
    (tmp_path / "in/plain").mkdir(parents=True)
    (tmp_path / "in/a").symlink_to("plain")
    (tmp_path / "out").symlink_to("in")
    found = link_within(str(tmp_path / path), str(tmp_path / "in"))
    assert found == (None if link is None else str(tmp_path / link))
