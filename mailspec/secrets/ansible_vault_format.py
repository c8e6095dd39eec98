"""Reads Ansible Vault's text, versions 1.1 and 1.2 with AES256.

Written from the documented format (docs.ansible.com, "Ansible Vault payload format 1.1 - 1.2", read 2026-11):
the body is hex of three lines of hex, salt, HMAC and ciphertext. PBKDF2 (SHA-256, 10,000 rounds) makes 80 bytes of
password and salt: 32 for AES-256 in counter mode, 32 for HMAC-SHA-256 over the ciphertext, 16 for the first counter.
The plaintext is padded as PKCS#7 says.
"""

from __future__ import annotations

import hashlib
import hmac
from binascii import unhexlify
from typing import Any, NamedTuple

HEADER = "$ANSIBLE_VAULT"
_ROUNDS = 10_000
_BLOCK = 16  # bytes of an AES block


class Sealed(NamedTuple):
    """An encrypted value's parts. ``label`` is the vault id that 1.2 names, ``""`` where there is none."""

    label: str
    salt: bytes
    digest: bytes
    ciphertext: bytes


def parse(text: str) -> Sealed | str:
    """Return the parts of an encrypted text, or in words what is wrong with it."""
    lines = [line.strip() for line in text.strip().splitlines()]
    fields = lines[0].split(";") if lines else []
    if len(fields) not in (3, 4) or fields[0] != HEADER:
        return f"it does not start with {HEADER};VERSION;AES256"
    if fields[1] not in ("1.1", "1.2"):
        return "its version is not 1.1 or 1.2"
    if fields[2] != "AES256":
        return "its cipher is not AES256"
    try:
        salt, digest, ciphertext = (unhexlify(part) for part in unhexlify("".join(lines[1:])).split(b"\n", 2))
    except ValueError:
        return "its body is damaged"
    if not salt or len(digest) != hashlib.sha256().digest_size or not ciphertext or len(ciphertext) % _BLOCK:
        return "its body is damaged"
    return Sealed(fields[3] if len(fields) == 4 else "", salt, digest, ciphertext)


def decrypt(sealed: Sealed, password: bytes, cryptography: Any) -> bytes | None:
    """Return the plaintext, ``None`` for another password. ``cryptography`` is its module of ciphers."""
    keys = hashlib.pbkdf2_hmac("sha256", password, sealed.salt, _ROUNDS, 2 * 32 + _BLOCK)
    cipher_key, check_key, counter = keys[:32], keys[32:64], keys[64:]
    if not hmac.compare_digest(hmac.digest(check_key, sealed.ciphertext, "sha256"), sealed.digest):
        return None
    cipher = cryptography.Cipher(cryptography.algorithms.AES(cipher_key), cryptography.modes.CTR(counter))
    decryptor = cipher.decryptor()
    padded: bytes = decryptor.update(sealed.ciphertext) + decryptor.finalize()
    # The HMAC has proven that the author's own program wrote the padding.
    return padded[: -padded[-1]]
