"""Against a real Secret Service over D-Bus, and against a keyring that fails in every other way."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from threading import Event

import keyring as library
import pytest

from mailspec.secrets import keyring as ours
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.limited import Patience


@pytest.fixture
def answers(monkeypatch) -> Callable[[Callable[..., object]], None]:
    """``answers(function)`` puts a keyring library in place whose ``get_password`` is the function."""

    def put(function: Callable[..., object]) -> None:
        fake = types.ModuleType("keyring")
        fake.errors = library.errors  # type: ignore[attr-defined]
        fake.get_password = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "keyring", fake)

    return put


@pytest.mark.service("secret_service")
@pytest.mark.parametrize("user", ["alice@acme.example", "with/slash", "ünïcode"])
def test_what_the_desktops_keyring_holds_is_read(ask, desktop, user):
    desktop.set_password("acme", user, "0123 ünïcode")
    assert ask({"keyring": f"acme/{user}"}) == "0123 ünïcode"


@pytest.mark.service("secret_service")
def test_what_it_does_not_hold_is_reported(ask, desktop):
    found = ask({"keyring": "acme/nobody"})
    assert isinstance(found, SecretProblem)
    assert found.kind == "missing"
    assert "mailspec secret set" in found.help


LOCKED = """
import keyring, secretstorage
from pathlib import Path
from mailspec.secrets import keyring as ours
from mailspec.secrets.limited import Patience
from mailspec.secrets.resolve import resolve
keyring.set_password("acme", "locked", "canary")
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
ours._PATIENCE = Patience(2)
print(resolve({"keyring": "acme/locked"}, Path("."), {}))
"""


@pytest.mark.service("secret_service")
def test_a_locked_keyring_is_reported_in_time(new_secret_service):
    # In a process of its own: the library leaves its connection open when the keyring stays locked.
    done = subprocess.run(
        [sys.executable, "-c", LOCKED], env=new_secret_service.environ, capture_output=True, text=True, timeout=20
    )
    assert "kind='unreadable'" in done.stdout, done.stderr
    assert "locked" in done.stdout
    assert "canary" not in done.stdout


def test_a_machine_without_a_keyring_is_reported(ask, monkeypatch):
    from keyring.backends import fail

    monkeypatch.setattr("keyring.core._keyring_backend", fail.Keyring())
    found = ask({"keyring": "acme/alice"})
    assert isinstance(found, SecretProblem)
    assert found.kind == "unavailable_backend"


def test_a_keyring_that_hangs_is_given_up(ask, answers, monkeypatch):
    release = Event()
    monkeypatch.setattr(ours, "_PATIENCE", Patience(0.2))
    answers(lambda *_names: release.wait())
    found = ask({"keyring": "acme/alice"})
    release.set()
    assert isinstance(found, SecretProblem)
    assert "did not answer within 0.2 seconds" in found.message


@pytest.mark.parametrize(
    ("error", "words"),
    [(library.errors.KeyringLocked("canary"), "is locked"), (RuntimeError("canary"), "failed (RuntimeError)")],
)
def test_a_keyring_that_fails_is_reported_without_its_words(ask, answers, error, words):
    def fail(*_names: str) -> str:
        raise error

    answers(fail)
    found = ask({"keyring": "acme/alice"})
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert "canary" not in str(found)


def test_an_empty_entry_is_reported(ask, answers):
    answers(lambda *_names: "")
    found = ask({"keyring": "acme/alice"})
    assert isinstance(found, SecretProblem)
    assert found.kind == "empty"


@pytest.mark.parametrize("word", ["acme", "/alice", "acme/", 1])
def test_a_malformed_word_is_reported(ask, word):
    assert isinstance(ask({"keyring": word}), SecretProblem)


def test_without_the_library_the_extra_is_named(ask, not_installed):
    not_installed("keyring")
    found = ask({"keyring": "acme/alice"})
    assert isinstance(found, SecretProblem)
    assert found.help == "install it: pip install 'mailspec[keyring]'"
