"""Who we are to age: the identity file of the person or machine that reads, and the recipients of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.secrets.base import SecretProblem
from mailspec.secrets.paths import home_file, read

IDENTITY = "MAILSPEC_AGE_IDENTITY"
RECIPIENTS = "MAILSPEC_AGE_RECIPIENTS"
_WANTED = f"make one with age-keygen and name it in {IDENTITY}"


class Keys(NamedTuple):
    """The identities of one file. ``exposed`` says that every user of the machine can read it."""

    identities: list[Any]
    shown: str
    exposed: str | None


def identity_file(environ: Mapping[str, str]) -> Path:
    """Return the identity file: ``MAILSPEC_AGE_IDENTITY``, else ``mailspec/age.txt`` in the user's settings folder."""
    named = environ.get(IDENTITY)
    if named:
        return home_file(named, environ)
    return home_file(environ.get("XDG_CONFIG_HOME") or "~/.config", environ) / "mailspec" / "age.txt"


def identities(environ: Mapping[str, str], pyrage: Any) -> Keys | SecretProblem:
    """Return the keys: lines ``AGE-SECRET-KEY-1...`` as age-keygen writes them, or an SSH private key."""
    path = identity_file(environ)
    shown = str(path)
    text = read(path, shown, "age identity")
    if isinstance(text, SecretProblem):
        return SecretProblem(text.kind, text.message, _WANTED)
    lines = [line.strip() for line in text.raw.decode("utf-8", "replace").splitlines()]
    words = [line for line in lines if line and not line.startswith("#")]
    try:
        if words and words[0].startswith("-----BEGIN"):
            return Keys([pyrage.ssh.Identity.from_buffer(text.raw)], shown, text.exposed(shown))
        keys = [pyrage.x25519.Identity.from_str(word) for word in words]
    except pyrage.IdentityError:
        # The library's own words could hold a part of the key.
        return SecretProblem("malformed", f"the age identity {shown} holds no key that can be used", _WANTED)
    if not keys:
        return SecretProblem("empty", f"the age identity {shown} holds no key", _WANTED)
    return Keys(keys, shown, text.exposed(shown))


def recipients(environ: Mapping[str, str], pyrage: Any) -> list[Any] | SecretProblem:
    """Return for whom to encrypt: ``MAILSPEC_AGE_RECIPIENTS`` (commas or spaces between), else ourselves."""
    named = environ.get(RECIPIENTS, "").replace(",", " ").split()
    if named:
        try:
            return [pyrage.x25519.Recipient.from_str(word) for word in named]
        except pyrage.RecipientError:
            return SecretProblem("malformed", f"{RECIPIENTS} holds a word that is no age recipient (age1...)")
    keys = identities(environ, pyrage)
    if isinstance(keys, SecretProblem):
        return keys
    own = [key.to_public() for key in keys.identities if hasattr(key, "to_public")]
    if own:
        return own
    return SecretProblem("missing", f"{RECIPIENTS} is not set, and {keys.shown} gives no recipient")
