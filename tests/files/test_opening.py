"""Reading a file whose path a stranger wrote."""

from __future__ import annotations

import os
import resource
import socket
import stat

import pytest

from mailspec.files.opening import Contents, Unread, read_file


def test_a_file_is_read_with_its_mode(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(0o640)
    found = read_file(path, 1)
    assert isinstance(found, Contents)
    assert (found.raw, found.mode) == (b"x", 0o640)


def test_an_empty_file_is_no_refusal(tmp_path):
    (tmp_path / "file").touch()
    assert read_file(tmp_path / "file", 10).raw == b""


def test_a_file_without_a_known_size_is_read_whole():
    assert read_file("/proc/self/status", 100_000).raw.endswith(b"\n")


def test_a_byte_more_than_the_limit_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 11)
    assert read_file(tmp_path / "file", 10) == Unread("large", "it has 11 bytes; at most 10 are read")
    assert read_file("/proc/self/status", 10) == Unread("large", "it is larger; at most 10 are read")


def test_a_huge_file_takes_no_memory(tmp_path):
    with (tmp_path / "file").open("wb") as stream:
        stream.truncate(1 << 40)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_file(tmp_path / "file", 1024 * 1024).kind == "large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # KiB


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "device", "link to a pipe"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("it")
    elif kind == "folder":
        os.mkdir("it")
    elif kind == "device":
        os.symlink("/dev/zero", "it")
    else:
        os.mkfifo("pipe" if kind.startswith("link") else "it")
        if kind.startswith("link"):
            os.symlink("pipe", "it")
    opened = []
    monkeypatch.setattr(os, "open", lambda *arguments, **_options: opened.append(arguments))
    assert read_file("it", 10) == Unread("special", "it is not a regular file")
    assert opened == []


def test_a_pipe_that_takes_the_files_place_is_refused_without_waiting(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    regular = os.stat(__file__)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda *_arguments, **_options: regular)
        found = read_file(tmp_path / "pipe", 10)
    assert found == Unread("special", "it is not a regular file")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_link_at_the_end_is_followed_only_where_that_is_meant(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "link", 10).raw == b"x"
    assert read_file(tmp_path / "link", 10, follow=False) == Unread("special", "it is a link")


@pytest.mark.parametrize(
    ("path", "kind"), [("gone", "missing"), ("a\0b", "unreadable"), ("x" * 300, "unreadable"), ("", "missing")]
)
def test_a_path_that_leads_nowhere_is_reported(tmp_path, monkeypatch, path, kind):
    monkeypatch.chdir(tmp_path)
    found = read_file(path, 10)
    assert isinstance(found, Unread)
    assert found.kind == kind
    assert found.reason == found.reason.lower()
