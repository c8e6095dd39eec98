"""Where sign-ins are stored, who may read them, and the key."""

from __future__ import annotations

import base64
import os
import secrets
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.files.own_names import WRITING
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Binding
from mailspec.signin.key import key_for
from mailspec.signin.source import StoredToken
from mailspec.signin.store import Record, Store
from mailspec.signin.tokens import TokenRefusedError

BINDING = Binding("https://issuer.example", "cli", "alice@acme.example", "smtp")
NOW = time.time()
RECORD = Record("canary-access", "canary-refresh", NOW + 3600, 3600, NOW, NOW)


@pytest.fixture
def store(state_home: Callable[[], Any]) -> Store:
    store = Store()
    with store.lock(BINDING):
        store.write(BINDING, RECORD)
    return store


def path_of(store: Store) -> Path:
    (path,) = store.folder.glob("*.signin")
    return path


def refusal(store: Store) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        store.read(BINDING)
    assert "canary" not in repr(caught.value.problem)
    return caught.value.problem.reason


def test_what_is_stored_is_read_again(store: Store) -> None:
    assert Store().read(BINDING) == RECORD
    assert Store().all() == [BINDING]


def test_file_and_folder_are_the_users_alone_and_nothing_is_in_clear(store: Store) -> None:
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    for path in store.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"canary" not in path.read_bytes()
        assert "alice" not in path.name
    assert "canary" not in repr(Store().read(BINDING))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622, 0o666])
def test_a_file_that_others_can_use_is_refused(store: Store, mode: int) -> None:
    path_of(store).chmod(mode)
    assert "only you can read" in refusal(Store())


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
def test_a_folder_that_others_can_use_is_refused(store: Store, mode: int) -> None:
    store.folder.chmod(mode)
    assert "only you can read" in refusal(Store())


def test_a_link_is_not_followed(store: Store, tmp_path: Path) -> None:
    path = path_of(store)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert str(path) in refusal(Store())


def test_a_pipe_does_not_block(store: Store) -> None:
    path = path_of(store)
    path.unlink()
    os.mkfifo(path, 0o600)
    assert "only you can read" in refusal(Store())


@pytest.mark.parametrize("content", [b"", b"rubbish", b"gAAAAAB" + b"A" * 200])
def test_a_damaged_file_says_sign_in_again(store: Store, content: bytes) -> None:
    path_of(store).write_bytes(content)
    assert "cannot be opened" in refusal(Store())


def test_another_key_says_sign_in_again(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.key"
    other.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    other.chmod(0o600)
    monkeypatch.setenv("MAILSPEC_SIGNIN_KEY", f"file:{other}")
    assert "today's key" in refusal(Store())


def test_a_file_of_another_sign_in_is_not_used(store: Store) -> None:
    other = replace_binding(issuer="https://evil.example")
    os.rename(path_of(store), store._path(other))
    with pytest.raises(TokenRefusedError, match="belongs to another sign-in"):
        Store().read(other)


def replace_binding(**changes: str) -> Binding:
    return BINDING._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("changed", ["issuer", "client_id"])
def test_another_issuer_or_client_does_not_get_the_refresh_token(
    store: Store, stand_in_issuer: Any, changed: str
) -> None:
    values = {"issuer": stand_in_issuer.url, "client_id": "cli"}
    if changed == "client_id":
        with store.lock(BINDING):
            store.write(replace_binding(issuer=stand_in_issuer.url), replace(RECORD, until=0))
        values["client_id"] = "other"
    found = StoredToken(stand_in_issuer.client(**values), Store()).get()
    assert isinstance(found, Problem)
    assert found.state == "issuer_changed"
    assert stand_in_issuer.seen == []
    assert stand_in_issuer.discovered == 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("nonsense", "no secret reference"),
        ("file:", "no secret reference"),
        ("env:NOT_THERE_AT_ALL", "cannot be read"),
        ("file:/nonexistent/key", "cannot be read"),
        ("env:SHORT_KEY", "32 bytes in base64"),
        ("command:'", "no secret reference"),
    ],
)
def test_a_key_that_cannot_be_had_says_both_ways(value: str, words: str) -> None:
    found = key_for({"MAILSPEC_SIGNIN_KEY": value, "SHORT_KEY": "c2hvcnQ="}, make=True)
    assert isinstance(found, Problem)
    assert words in found.reason
    assert "MAILSPEC_SIGNIN_KEY" in found.advice
    assert "keyring" in found.advice


def test_a_key_from_a_command() -> None:
    text = base64.b64encode(b"k" * 32).decode()
    found = key_for({"MAILSPEC_SIGNIN_KEY": f"command:printf %s {text}", "PATH": os.environ["PATH"]}, make=False)
    assert found == Secret(base64.urlsafe_b64encode(b"k" * 32).decode())


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(base64.b64encode(b"k" * 32).decode())
    path.chmod(0o644)
    found = key_for({"MAILSPEC_SIGNIN_KEY": f"file:{path}"}, make=False)
    assert isinstance(found, Problem)
    assert "can be read by others" in found.reason


KEYRING = """
import os, sys
from mailspec.signin.key import key_for
first = key_for(os.environ, make=True)
again = key_for(os.environ, make=False)
print(type(first).__name__, first == again, len(first.reveal()) if hasattr(first, "reveal") else first.reason)
"""


@pytest.mark.service("secret_service")
def test_the_keyring_holds_the_key(new_secret_service: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEYRING], env=new_secret_service.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["Secret", "True", "44"]


def test_without_a_keyring_and_a_reference_it_is_refused() -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = subprocess.run([sys.executable, "-c", KEYRING], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Problem")
    assert "no keyring" in done.stdout


def test_a_keyring_that_forgets_is_noticed() -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = subprocess.run([sys.executable, "-c", KEYRING], env=environ, capture_output=True, text=True, check=True)
    assert "forgets what it is given" in done.stdout


def test_a_lock_that_is_held_too_long_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailspec.signin.store.WAIT", 0.2)
    with store.lock(BINDING), pytest.raises(TokenRefusedError, match="too long"), Store().lock(BINDING):
        raise AssertionError("two hold one lock")


def test_what_a_killed_writer_left_is_removed(store: Store) -> None:
    left = store.folder / f"{WRITING}{path_of(store).name}.0123456789abcdef"
    left.write_bytes(b"half")
    with store.lock(BINDING):
        store.write(BINDING, RECORD)
    assert not left.exists()
    assert Store().read(BINDING) == RECORD


ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
SOMEBODY = 65534


@ROOT
def test_a_file_of_somebody_else_in_its_place_is_refused(store: Store) -> None:
    os.chown(path_of(store), SOMEBODY, SOMEBODY)
    assert "only you can read" in refusal(Store())


@ROOT
def test_a_folder_of_somebody_else_is_refused_and_nothing_is_written_there(store: Store) -> None:
    os.chown(store.folder, SOMEBODY, SOMEBODY)
    assert "only you can read" in refusal(Store())
    before = sorted(store.folder.iterdir())
    with pytest.raises(TokenRefusedError, match="only you can read"):
        Store().check()
    with pytest.raises(TokenRefusedError, match="only you can read"), Store().lock(BINDING):
        raise AssertionError
    assert sorted(store.folder.iterdir()) == before


def test_a_link_in_the_place_of_the_folder_is_refused(store: Store, tmp_path: Path) -> None:
    store.folder.rename(tmp_path / "moved")
    store.folder.symlink_to(tmp_path / "moved")
    assert "only you can read" in refusal(Store())
    with pytest.raises(TokenRefusedError, match="only you can read"):
        Store().check()


def test_a_link_in_the_place_of_the_lock_is_not_followed(store: Store, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    lock = path_of(store).with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.symlink_to(victim)
    with pytest.raises(TokenRefusedError, match="lock"), Store().lock(BINDING):
        raise AssertionError
    assert victim.read_bytes() == b"mine"


def test_a_link_in_the_place_of_the_file_is_replaced_and_what_it_leads_to_stays(store: Store, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    path = path_of(store)
    path.unlink()
    path.symlink_to(victim)
    with store.lock(BINDING):
        store.write(BINDING, RECORD)
    assert not path.is_symlink()
    assert Store().read(BINDING) == RECORD
    assert victim.read_bytes() == b"mine"
