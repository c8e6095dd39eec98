"""What a file that sops encrypted says without its key: which value stands where, and who is asked for the key."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from mailspec.text import read

# What sops writes in place of a value (aes/cipher.go in getsops/sops 3.11). The bytes are authenticated, their
# base64 is not: a carriage return in it or other last bits make another text of the same value.
_SEALED = re.compile(r"ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]")


def read_sops(name: str, raw: bytes) -> Mapping[str, Any] | None:
    """Return a file's tree as sops takes it, by its ending; ``None`` where it may take it otherwise.

    Nothing is read of INI, whose reader in sops knows continued lines, three kinds of quotes and includes.
    """
    if name.endswith(".ini"):
        return None
    if name.endswith((".yaml", ".yml")):
        document = read(name, raw)
        data = None if document.problems else document.data
    else:
        try:
            text = raw.decode("utf-8")
            data = _dotenv(text) if name.endswith(".env") else json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return None
    return data if isinstance(data, Mapping) else None


def sealed_value(tree: Mapping[str, Any], key: str) -> str | None:
    """Return by what a value is known again wherever it is copied, ``None`` where the tree has none under the key."""
    found: Any = tree
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if not isinstance(found, str):
        return None
    sealed = _SEALED.match(found)
    try:
        parts = [base64.b64decode(part).hex() for part in sealed.groups()[:3]] if sealed else [found]
    except binascii.Error:
        parts = [found]
    return " ".join(parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's pairs; Go takes the last of two keys that differ in the size of letters alone."""
    found = dict(pairs)
    if len({key.casefold() for key in found}) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _dotenv(text: str) -> dict[str, Any]:
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    # A line without "=" is an error to sops as well.
    return _once([(line[: line.index("=")], line[line.index("=") + 1 :].replace("\\n", "\n")) for line in lines])
