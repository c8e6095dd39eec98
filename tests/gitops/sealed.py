"""Encrypted files as their programs write them, for tests that copy them."""

from __future__ import annotations

import base64
import textwrap
from binascii import hexlify

import pyrage

GPG = b"\x85\x01" + bytes(range(200))
PGP = f"-----BEGIN PGP MESSAGE-----\n\n{base64.b64encode(GPG).decode()}\n=abcd\n-----END PGP MESSAGE-----\n"
KEY = pyrage.x25519.Identity.generate()


def sealed(text: str) -> bytes:
    return bytes(pyrage.encrypt(text.encode(), [KEY.to_public()]))


def armored(raw: bytes, width: int = 64, before: str = "") -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(raw).decode(), width))
    return f"{before}-----BEGIN AGE ENCRYPTED FILE-----\n{body}\n-----END AGE ENCRYPTED FILE-----\n"


def enc(data: str, kind: str = "str") -> str:
    iv = base64.b64encode(data.encode().rjust(32, b"i")).decode()
    tag = base64.b64encode(data.encode().rjust(16, b"t")).decode()
    return f"ENC[AES256_GCM,data:{base64.b64encode(data.encode()).decode()},iv:{iv},tag:{tag},type:{kind}]"


def sops(word: str = "smtp", **values: str) -> str:
    rows = "".join(f"    {key}: {value}\n" for key, value in values.items())
    return f"{word}:\n{rows}sops:\n    mac: {enc('mac')}\n    version: 3.11.0\n"


def cut(value: str) -> str:
    """Return a value of sops with two bytes of its data at the beginning of its tag."""
    data, iv, tag = (base64.b64decode(part.rpartition(":")[2]) for part in value.split(",")[1:4])
    parts = (base64.b64encode(part).decode() for part in (data[:-2], iv, data[-2:] + tag))
    return "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]".format(*parts)


def vault(inner: str) -> str:
    return f"$ANSIBLE_VAULT;1.1;AES256\n{hexlify(inner.encode()).decode()}\n"


VAULT = vault(f"{'3a' * 32}\n{'4b' * 32}\n{'c3' * 32}")
# The same, as another program writes hexadecimal digits.
INNER = vault(f"{'3A' * 32}\n{'4B' * 32}\n{'C3' * 32}")
