"""The key that encrypts stored sign-ins: in the keyring, or where ``MAILSPEC_SIGNIN_KEY`` says."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.keyring import ask
from mailspec.secrets.registry import BACKENDS
from mailspec.secrets.resolve import describe, resolve

VARIABLE = "MAILSPEC_SIGNIN_KEY"
# In the keyring: SERVICE and USER. Windows takes some 2,560 bytes an entry, so the key is there and not the tokens.
ENTRY = ("mailspec", "sign-in")
_HOW = (
    f"Set {VARIABLE} to a secret reference such as file:/run/secrets/mailspec-key or command:pass show mailspec, which"
    " holds 32 random bytes in base64 (openssl rand -base64 32); or use a machine with an unlocked keyring."
)


def reference_of(text: str) -> Mapping[str, Any] | None:
    """Return the reference that ``KIND:WORD`` names, such as ``file:/run/key``; ``None`` where it names none."""
    kind, colon, word = text.partition(":")
    if not colon or kind not in BACKENDS or not word:
        return None
    return {kind: shlex.split(word) if kind == "command" else word}


def key_for(environ: Mapping[str, str], *, make: bool) -> Secret | Problem:
    """Return the key, 32 bytes in URL-safe base64.

    ``make`` allows a new one in the keyring, for a first sign-in. Never raises.
    """
    named = environ.get(VARIABLE)
    if named:
        return _named(named, environ)
    service, user = ENTRY
    found = ask(lambda keyring: keyring.get_password(service, user))
    if isinstance(found, SecretProblem):
        return _refused(f"sign-ins cannot be stored: {found.message}", _HOW)
    if found:
        return _checked(found, "the keyring's entry mailspec/sign-in")
    if not make:
        return _refused("no sign-in is stored: the keyring holds no key for them", "Sign in: mailspec login.", "never")
    made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

    def keep(keyring: Any) -> Any:
        keyring.set_password(service, user, made)
        return keyring.get_password(service, user)

    kept = ask(keep)
    if isinstance(kept, SecretProblem):
        return _refused(f"sign-ins cannot be stored: {kept.message}", _HOW)
    if kept != made:
        return _refused("sign-ins cannot be stored: the keyring forgets what it is given", _HOW)
    return Secret(made)


def _named(text: str, environ: Mapping[str, str]) -> Secret | Problem:
    try:
        reference = reference_of(text)
    except ValueError:
        reference = None
    if reference is None:
        return _refused(f"{VARIABLE} is no secret reference", _HOW)
    found = resolve(reference, Path(os.path.abspath(os.sep)), environ)
    if not isinstance(found, Resolved):
        return _refused(f"the key for stored sign-ins ({describe(reference)}) cannot be read: {found.message}", _HOW)
    if found.exposed is not None:
        return _refused(f"the key for stored sign-ins ({describe(reference)}) can be read by others", "chmod 600 it.")
    return _checked(found.secret.reveal(), describe(reference))


def _checked(text: str, shown: str) -> Secret | Problem:
    try:
        raw = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        return _refused(f"{shown} is no key for stored sign-ins: it must be 32 bytes in base64", _HOW)
    return Secret(base64.urlsafe_b64encode(raw).decode())


def _refused(reason: str, advice: str, state: Any = "unknown") -> Problem:
    return Problem(state, reason, "config_invalid", "sign_in", advice)
