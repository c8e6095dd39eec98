"""Secrets in files: one trailing newline goes, the rest stays; nothing outside the project by a relative path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailspec.secrets.file import resolve_file
from mailspec.secrets.paths import LIMIT


def put(folder: Path, raw: bytes, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_bytes(raw)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"x", "x"),
        (b"x\n", "x"),
        (b"x\r\n", "x"),
        (b"x\n\n", "x\n"),
        (b" 007 \n", " 007 "),
        ("é".encode(), "é"),
        (b"a\nb\n", "a\nb"),
    ],
)
def test_one_newline_at_the_end_is_dropped(tmp_path: Path, raw: bytes, text: str) -> None:
    put(tmp_path, raw)
    held = resolve_file("secret", tmp_path, {})
    assert (held.secret.reveal(), held.exposed) == (text, None)


@pytest.mark.parametrize(("mode", "exposed"), [(0o644, True), (0o640, False), (0o604, True), (0o600, False)])
def test_a_file_that_everybody_can_read_is_reported(tmp_path: Path, mode: int, exposed: bool) -> None:
    put(tmp_path, b"x", mode)
    assert bool(resolve_file("secret", tmp_path, {}).exposed) is exposed


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"", "empty"), (b"\n", "empty"), (b"\xff\xfe", "malformed"), (b"x" * (LIMIT + 1), "malformed")]
)
def test_what_is_no_secret_is_reported(tmp_path: Path, raw: bytes, kind: str) -> None:
    put(tmp_path, raw)
    assert resolve_file("secret", tmp_path, {}).kind == kind


@pytest.mark.parametrize("word", ["../secret", "a/../../secret", "link"])
def test_a_relative_path_stays_in_the_project(tmp_path: Path, word: str) -> None:
    put(tmp_path, b"x")
    (tmp_path / "project/a").mkdir(parents=True)
    (tmp_path / "project/link").symlink_to(tmp_path / "secret")
    assert resolve_file(word, tmp_path / "project", {}).kind == "unsafe_path"
    assert resolve_file(str(tmp_path / "secret"), tmp_path / "project", {}).secret.reveal() == "x"


@pytest.mark.parametrize("word", ["", "a\0b", 5, None, ["x"]])
def test_what_is_no_path_is_reported(tmp_path: Path, word) -> None:
    assert resolve_file(word, tmp_path, {}).kind == "malformed"


def test_what_is_no_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert resolve_file("nothing", tmp_path, {}).kind == "missing"
    assert resolve_file("folder", tmp_path, {}).kind == "unreadable"
    assert resolve_file("pipe", tmp_path, {}).kind == "unreadable"
