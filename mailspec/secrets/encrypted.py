"""By what an encrypted file is known again, however a copy of it is written, without the key to it.

A stranger who cannot read a file can still copy it, in another armour, order or format.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from mailspec.secrets.ansible_vault_format import parse
from mailspec.secrets.sops_file import sealed_values

# What a file holds is not known, so it may be what any other one holds.
UNKNOWN = "unknown"
_AGE = b"age-encryption.org/v1"
_ARMOR = re.compile(rb"-----BEGIN AGE ENCRYPTED FILE-----(.*?)(?:-----|\Z)", re.DOTALL)
_NONCE = 16  # bytes: a file's own key is mixed with them, so that they are as unlikely to be met twice as to be changed
_PGP = re.compile(rb"-----BEGIN PGP MESSAGE-----.*?\n\s*\n(.*?)(?:\n\s*=|-----|\Z)", re.DOTALL)
_MARKER = re.compile(rb"(?:[\xa8\xca]\x03PGP)+")  # a packet that readers pass over (RFC 9580, 5.8)
_VAULT = re.compile(rb"\$ANSIBLE_VAULT;[^\r\n]*(?:\s*\n[ \t]*[0-9a-fA-F]+(?=[ \t\r]*(?:\n|\Z|[\"'])))+")
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
    """Yield by what all is known that a file holds as age, sops, Ansible Vault and OpenPGP write it, alone or within
    another text, and what it holds where it is no text at all. Of what is written in clear there is nothing to yield.
    """
    yield from _sealed(raw)
    yield from (f"sops {value}" for value in sealed_values(raw))


def main_fingerprints(raw: bytes, name: str) -> list[str]:
    """Return the same of a file with a name, without what sops says there of its key: each file that began as a copy
    has that."""
    return list(dict.fromkeys(f"sops {value}" for value in sealed_values(raw, name))) or list(_sealed(raw))


def _sealed(raw: bytes) -> Iterator[str]:
    # JSON and YAML write the end of a line so.
    text = raw.replace(b"\\n", b"\n")
    if raw.lstrip().startswith(_AGE):
        yield age_mark(raw)
    yield from (age_mark(match[0]) for match in _ARMOR.finditer(text))
    for match in _VAULT.finditer(text):
        value = parse(match[0].decode("utf-8", "replace"))
        yield _digest(match[0] if isinstance(value, str) else value.ciphertext)
    messages = list(_PGP.finditer(text))
    for match in messages:
        try:
            yield _digest(_MARKER.sub(b"", base64.b64decode(match[1]), count=1))
        except binascii.Error:
            yield _digest(match[1])
    if not messages and (b"\0" in raw or raw[:1] >= bytes([_BINARY])):
        yield _digest(_MARKER.sub(b"", raw, count=1))


def _digest(raw: bytes) -> str:
    return f"bytes {hashlib.sha256(raw).hexdigest()}"
