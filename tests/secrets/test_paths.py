from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailspec.secrets.base import SecretProblem
from mailspec.secrets.paths import Content, home_file, place, read, text_of


@pytest.mark.parametrize("word", ["a", "below/a", "./a", "below/../a"])
def test_a_relative_path_starts_at_the_base(tmp_path, word):
    assert place(word, tmp_path) == Path(os.path.normpath(tmp_path / word))


@pytest.mark.parametrize("word", ["../a", "below/../../a", "link/a"])
def test_a_relative_path_stays_below_the_base(tmp_path, word):
    base = tmp_path / "project"
    base.mkdir()
    (base / "link").symlink_to(tmp_path)
    found = place(word, base)
    assert isinstance(found, SecretProblem)
    assert found.kind == "unsafe_path"


def test_an_absolute_path_is_taken_as_it_is(tmp_path):
    assert place("/etc/acme/key", tmp_path) == Path("/etc/acme/key")


def test_home_is_the_environments_own():
    assert home_file("~/x", {"HOME": "/home/alice"}) == Path("/home/alice/x")
    assert home_file("x", {"HOME": "/home/alice"}) == Path("x")


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert isinstance(read(tmp_path / "pipe", "pipe"), SecretProblem)


def test_a_large_file_is_refused(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 11)
    found = read(tmp_path / "large", "large", limit=10)
    assert isinstance(found, SecretProblem)
    assert "larger than 10 bytes" in found.message


@pytest.mark.parametrize(("mode", "exposed"), [(0o644, True), (0o604, True), (0o640, False), (0o600, False)])
def test_who_may_read_is_reported(mode, exposed):
    assert (Content(b"", mode).exposed("x") is not None) is exposed


@pytest.mark.parametrize(
    ("raw", "text"), [(b"a\n", "a"), (b"a\r\n", "a"), (b"a\n\n", "a\n"), (b" 01 ", " 01 "), ("ü".encode(), "ü")]
)
def test_one_trailing_newline_is_dropped(raw, text):
    assert text_of(raw, "x") == text


@pytest.mark.parametrize(("raw", "kind"), [(b"", "empty"), (b"\n", "empty"), (b"\xff", "malformed")])
def test_what_is_no_text_is_reported(raw, kind):
    found = text_of(raw, "x")
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
