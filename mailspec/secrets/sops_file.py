"""What a file that sops encrypted says without its key: which value stands where, and who is asked for the key."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.files.opening import MIB, Unread, read_file
from mailspec.secrets.paths import place
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
            data = _dotenv(text) if name.endswith(".env") else read_json(text, object_pairs_hook=_once)
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


def key_services(reference: Mapping[str, Any], base: Path) -> list[str] | None:
    """Return the addresses at which sops would sign in to open a reference's file, as the file itself says.

    Hosts that sops has built in (those of AWS by their region, of Google and Huawei) are none of them. ``None`` says
    that this cannot be told. What cannot be read at all names none; whoever opens it says why.
    """
    name = str(reference.get("sops")).rpartition("#")[0]
    path = place(name, base, "sops file") if name and "\0" not in name else None
    content = read_file(path, 10 * MIB) if isinstance(path, Path) else None
    if content is None or isinstance(content, Unread):
        return None if content is not None and content.kind == "large" else []
    tree = read_sops(name, content.raw)
    return None if tree is None else list(_addresses(tree))


# The word's end in what sops and its services call an address: vault_address, vault_url, endpoint.
_ADDRESS = re.compile(r"(ur[li]|address|endpoint|host)\Z", re.IGNORECASE)
_REGION = re.compile(r"[a-z0-9-]*")


def _addresses(data: Any, key: str = "", *, inside: bool = False) -> Iterator[str]:
    if isinstance(data, Mapping):
        for word, value in data.items():
            # JSON's keys are taken in any size of letters; those of dotenv all begin so.
            yield from _addresses(value, str(word), inside=inside or str(word).casefold().startswith("sops"))
    elif isinstance(data, list):
        for value in data:
            yield from _addresses(value, key, inside=inside)
    elif inside and isinstance(data, str) and data:
        region = data.split(":")[3] if data.startswith("arn:") and data.count(":") > 3 else ""
        if _ADDRESS.search(key) or "://" in data or not _REGION.fullmatch(region):
            yield data
