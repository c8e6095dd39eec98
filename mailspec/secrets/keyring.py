"""A secret in the system's keyring: Secret Service, macOS Keychain, Windows Credential Locker (the keyring library)."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.library import library
from mailspec.secrets.limited import Patience

T = TypeVar("T")

_PATIENCE = Patience()
_LOCKED = "unlock it, for instance by signing in to the desktop, and try again"


def resolve_keyring(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the password that the keyring holds for ``SERVICE/USER``.

    Which keyring is used is the library's own choice (its configuration file, ``PYTHON_KEYRING_BACKEND``).
    """
    names = split(word)
    if isinstance(names, SecretProblem):
        return names
    found = ask(lambda keyring: keyring.get_password(*names))
    if isinstance(found, SecretProblem):
        return found
    service, user = names
    if found is None:
        help_ = f"store it: keyring set {service} {user}, or mailspec secret set"
        return SecretProblem("missing", f"the keyring holds nothing for {user} of {service}", help_)
    if not found:
        return SecretProblem("empty", f"the keyring's entry for {user} of {service} is empty")
    return Resolved(Secret(found))


def split(word: Any) -> tuple[str, str] | SecretProblem:
    """Return service and user name of ``SERVICE/USER``; the user name may hold further slashes."""
    service, slash, user = word.partition("/") if isinstance(word, str) else ("", "", "")
    if not slash or not service or not user:
        return SecretProblem("malformed", "'keyring' wants SERVICE/USER, such as acme/alice@acme.example")
    return service, user


def ask(question: Callable[[Any], T]) -> T | SecretProblem:
    """Ask the keyring library something, and say in words why it does not answer."""
    keyring = library("keyring", "keyring", "keyring")
    if isinstance(keyring, SecretProblem):
        return keyring
    errors = keyring.errors
    try:
        # A locked keyring asks its user at the desktop and waits for ever where nobody sits.
        return _PATIENCE.call(lambda: question(keyring))
    except TimeoutError:
        message = f"the keyring did not answer within {_PATIENCE.seconds:g} seconds; it may be locked"
        return SecretProblem("unreadable", message, _LOCKED)
    except errors.KeyringLocked:
        return SecretProblem("unreadable", "the keyring is locked", _LOCKED)
    except errors.NoKeyringError:
        message = "this machine has no keyring that can be used here"
        return SecretProblem("unavailable_backend", message, "on a server use env, file, vault, sops or age instead")
    except Exception as error:
        # Each system's keyring raises errors of its own; their words could hold what was to be stored.
        return SecretProblem("unreadable", f"the keyring failed ({type(error).__name__})")
