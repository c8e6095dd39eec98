"""By what an encrypted file is known again, however a copy of it is written, without the key to it.

A stranger who cannot read a file can still copy it, in another armour, order or format.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from mailspec.secrets.sops_file import sealed_values

# What a file holds is not known, so it may be what any other one holds.
UNKNOWN = "unknown"
_AGE = b"age-encryption.org/v1"
_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ARMOR = re.compile(rb"-----BEGIN AGE ENCRYPTED FILE-----(.*?)(?:-----|\Z)", re.DOTALL)
_NONCE = 16  # bytes: a file's own key is mixed with them, so that they are as unlikely to be met twice as to be changed
_PGP = re.compile(rb"-----BEGIN PGP MESSAGE-----.*?\n\s*\n(.*?)(?:\n=|-----|\Z)", re.DOTALL)
_VAULT = b"$ANSIBLE_VAULT;"
_BINARY = 0x80  # every packet of OpenPGP begins with a byte that is not below it (RFC 9580, 4.2)


def age_nonce(raw: bytes) -> bytes | None:
    """Return what tells an age file's body from any other, armoured or not (age-encryption.org/v1, "Payload").

    ``None`` is returned for what cannot be taken apart: a reader that is more patient may open it.
    """
    armored = _ARMOR.search(raw)
    if armored is not None:
        try:
            raw = base64.b64decode(armored[1])
        except ValueError:
            return None
    _, mark, body = raw.partition(b"\n---")
    nonce = body.partition(b"\n")[2][:_NONCE]
    return nonce if mark and len(nonce) == _NONCE else None


def age_mark(raw: bytes) -> str:
    """Return by what an age file is known."""
    nonce = age_nonce(raw)
    return f"age {UNKNOWN if nonce is None else nonce.hex()}"


def fingerprints(raw: bytes) -> Iterator[str]:
    """Yield by what a file's encrypted content is known: of age, sops, Ansible Vault or OpenPGP, or of any program
    that writes no text. Of what is written in clear there is nothing to yield.
    """
    start = raw.lstrip()
    # A file of sops holds armoured keys of age, too; they are not what it says.
    if start.startswith((_AGE, _BEGIN)):
        yield age_mark(raw)
    elif start.startswith(_VAULT):
        yield _digest(b"".join(start.partition(b"\n")[2].split()).lower())
    elif (armored := _PGP.match(start)) is not None:
        try:
            yield _digest(base64.b64decode(armored[1]))
        except binascii.Error:
            yield _digest(raw)
    elif b"\0" in raw or raw[:1] >= bytes([_BINARY]):
        yield _digest(raw)
    for value in sealed_values(raw):
        yield f"sops {value}"


def _digest(raw: bytes) -> str:
    return f"bytes {hashlib.sha256(raw).hexdigest()}"
