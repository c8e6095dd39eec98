"""What cannot be opened is named with what is there and a cure that fits; a file gets no advice on networks."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailspec.outcome.refusal import Refusal
from mailspec.state.errors import StateError
from mailspec.state.faults import database_fault
from mailspec.state.lease import acquire
from mailspec.state.store import open_state, snapshot
from mailspec.state.url import parse_url

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    # Pytest's own folders are closed to other users.
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@contextmanager
def another_user() -> Iterator[None]:
    """Give up root's rights for a while; whoever is not root has none to give up."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def refused(url: str, project: Path, call=snapshot) -> Refusal:
    parsed = parse_url(url, project)
    assert not isinstance(parsed, Refusal)
    with pytest.raises(StateError) as caught:
        call(open_state(parsed, "acme", None))
    return caught.value.refusal


@pytest.mark.parametrize("call", [snapshot, acquire])
def test_a_folder_is_called_a_folder(tmp_path: Path, call) -> None:
    found = refused(f"sqlite:///{tmp_path}", tmp_path, call)
    assert "is a folder" in found.message
    assert "state.sqlite" in found.help
    assert "network" not in found.help


@pytest.mark.parametrize("call", [snapshot, acquire])
def test_a_state_of_another_user_is_opened_not_created(folder: Path, call) -> None:
    file = folder / "state.sqlite"
    acquire(open_state(parse_url(f"sqlite:///{file}", folder), "acme", None)).release()
    file.chmod(0o600 if os.geteuid() == 0 else 0o000)
    owner = file.owner()
    with another_user():
        found = refused(f"sqlite:///{file}", folder, call)
    assert "cannot be opened" in found.message
    assert f"it belongs to {owner}, mode 0" in found.message
    assert "chown" in found.help
    assert str(file) in found.help


@pytest.mark.parametrize("call", [snapshot, acquire])
def test_a_folder_that_is_closed_is_named(folder: Path, call) -> None:
    (folder / "inner").mkdir(mode=0o700)
    if os.geteuid() != 0:
        (folder / "inner").chmod(0)
    with another_user():
        found = refused(f"sqlite:///{folder}/inner/state.sqlite", folder, call)
    assert "Permission denied" in found.message
    assert f"{folder}/inner belongs to" in found.message
    (folder / "inner").chmod(0o700)


@pytest.mark.parametrize(
    ("words", "rule", "help"),
    [
        ("no such column: x.active", "state-damaged", "backup"),
        ("database or disk is full", "state-unusable", "space"),
        ("disk I/O error", "state-unusable", "its folder"),
        ("database is locked", "state-unusable", "try again"),
    ],
)
def test_a_files_faults(tmp_path: Path, words: str, rule: str, help: str) -> None:
    found = database_fault(parse_url(None, tmp_path), words).refusal
    assert (found.rule, help in found.help, "network" in found.help) == (rule, True, False)


def test_a_servers_faults(tmp_path: Path) -> None:
    url = parse_url("postgresql://127.0.0.1/x", tmp_path)
    assert "network" in database_fault(url, "connection refused").refusal.help
    assert database_fault(url, 'column "x" does not exist', "42703").refusal.rule == "state-damaged"


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EMFILE])
@pytest.mark.parametrize("call", [1, 2])
def test_a_file_that_cannot_be_opened_for_its_lock_is_a_refusal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, call: int
) -> None:
    # Once to make it, once to lock it: every call that opens the state can fail.
    url = parse_url(f"sqlite:///{folder}/state.sqlite", folder)
    session = open_state(url, "acme", None)
    acquire(session).release()
    opened, calls = os.open, 0

    def failing(path: str, *rest: int, **more: int) -> int:
        nonlocal calls
        calls += os.fspath(path) == str(url.path)
        if calls == call and os.fspath(path) == str(url.path):
            raise OSError(code, os.strerror(code), path)
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(StateError, match=os.strerror(code)) as raised:
        acquire(session)
    assert raised.value.refusal.rule == "state-unusable"
    assert calls == call
