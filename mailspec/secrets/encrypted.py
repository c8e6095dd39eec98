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
_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ARMOR = re.compile(_BEGIN + rb"(.*?)(?:-----|\Z)", re.DOTALL)
_NONCE = 16  # bytes: a file's own key is mixed with them, so that they are as unlikely to be met twice as to be changed
_MARKER = re.compile(rb"\A(?:[\xa8\xca]\x03PGP)+")  # a packet that readers pass over (RFC 9580, 5.8)
# Nothing is given back: a stranger's file may hold a million blanks.
_VAULT = re.compile(
    rb"\$ANSIBLE_VAULT;[^\r\n]*+(?:(?:[ \t\r]*+\n)++[ \t]*+[0-9a-fA-F]++(?=[ \t\r]*+(?:\n|\Z|[\"'])))++"
)
# As OpenSSL, OpenPGP and others write what is no text.
_PEM = b"-----BEGIN "
_OPEN = (b"CERTIFICATE", b"PUBLIC KEY")  # no secrets
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


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
    """Yield by what all is known that a file holds as age, sops, Ansible Vault, OpenPGP and OpenSSL write it, alone or
    within another text, and the whole of it.
    """
    yield from _sealed(raw)
    yield from (f"sops {value}" for value in sealed_values(raw))
    yield from _plain(raw)


def main_fingerprints(raw: bytes, name: str) -> list[str]:
    """Return the same of a file with a name, without the keys of age that sops writes beside its values (each file that
    began as a copy has those), and the whole only where there is nothing else."""
    found = dict.fromkeys(f"sops {value}" for value in sealed_values(raw, name))
    own = raw.lstrip().startswith((_AGE, _BEGIN))
    others = [mark for mark in _sealed(raw) if own or not found or not mark.startswith("age ")]
    return [*found, *others] or list(_plain(raw))


def is_sealed(raw: bytes, name: str) -> bool:
    """Tell whether a file holds anything encrypted, or is no text."""
    if any(_sealed(raw)) or any(sealed_values(raw, name)):
        return True
    try:
        return "\0" in raw.decode()
    except ValueError:
        return True


def _plain(raw: bytes) -> Iterator[str]:
    if raw.strip():
        # A line's end is nothing that tells two files apart.
        yield _digest(_MARKER.sub(b"", raw, count=1).replace(b"\r\n", b"\n").rstrip(b"\n"))


def _sealed(raw: bytes) -> Iterator[str]:
    # JSON and YAML write the end of a line so.
    text = raw.replace(b"\\r", b"").replace(b"\\n", b"\n")
    if raw.lstrip().startswith(_AGE):
        yield age_mark(raw)
    yield from (age_mark(_BEGIN + part) for part in text.split(_BEGIN)[1:])
    for match in _VAULT.finditer(text):
        value = parse(match[0].decode("utf-8", "replace"))
        yield _digest(match[0] if isinstance(value, str) else value.ciphertext)
    for part in text.split(_PEM)[1:]:
        label, _, rest = part.partition(b"-----")
        if not label.startswith(b"AGE ") and not label.endswith(_OPEN):
            yield from _decoded(rest.partition(b"-----")[0])
    if _BASE64.fullmatch(b"".join(raw.split())):
        yield from _decoded(raw)


def _decoded(body: bytes) -> Iterator[str]:
    # Headers stand above an empty line, and a check sum below.
    lines = [line.strip(b" \t\r>#") for line in body.split(b"\n")]
    start = next((number for number, line in enumerate(lines) if b":" in line), -1)
    if start >= 0:
        lines = lines[next((number for number, line in enumerate(lines) if number > start and not line), start) :]
    try:
        yield from _plain(base64.b64decode(b"".join(line for line in lines if not line.startswith(b"="))))
    except binascii.Error:
        return


def _digest(raw: bytes) -> str:
    return f"bytes {hashlib.sha256(raw).hexdigest()}"
