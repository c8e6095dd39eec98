"""What a file that sops encrypted says without its key: which value stands where, and who is asked for the key."""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.files.json_text import read_json
from mailspec.files.opening import MIB, Unread, read_file
from mailspec.secrets.paths import place
from mailspec.text import read

# What sops writes in place of a value (aes/cipher.go in getsops/sops 3.11). The bytes are authenticated, their
# base64 is not: a carriage return in it or other last bits make another text of the same value.
_START = "ENC[AES256_GCM,data:"
_WRITTEN = re.compile(rb"ENC\[AES256_GCM,data:([\w+/=]+),iv:([\w+/=]+),tag:([\w+/=]+),type:")

# Control characters and what is no ASCII, up to U+FFFF.
_IN_PLANE = re.compile(r"[\x7f-\uffff]")

LARGEST = 10 * MIB  # bytes of a file


class SopsFile(NamedTuple):
    """What was read of a file. ``tree`` is ``None`` where sops may take it otherwise; ``raw`` is what sops gets, and
    ``kind`` what it is to take that for (its ``--input-type``)."""

    kind: str
    tree: Mapping[str, Any] | None
    raw: bytes

    @property
    def by_comments(self) -> bool:
        """Tell whether comments say which values are encrypted (``encrypted_comment_regex`` and its like)."""
        settings = found_in(self.tree, "sops")
        return isinstance(settings, Mapping) and any(settings[word] for word in _BY_COMMENTS & settings.keys())


_BY_COMMENTS = {"encrypted_comment_regex", "unencrypted_comment_regex"}


def read_sops(name: str, raw: bytes) -> SopsFile | None:
    """Return what a file holds, by its ending; ``None`` where that cannot be told.

    YAML and JSON are given to sops as they were read, in JSON, which is YAML too: comments are left out, and no part of
    sops' check sum. Nothing is read of INI, whose reader in sops knows continued lines, three kinds of quotes and
    includes.
    """
    if name.endswith(".ini"):
        return SopsFile("ini", None, raw)
    kind = "yaml" if name.endswith((".yaml", ".yml")) else "dotenv" if name.endswith(".env") else "json"
    try:
        if kind == "yaml":
            document = read(name, raw)
            data = None if document.problems else document.data
        else:
            text = raw.decode("utf-8")
            data = _dotenv(text) if kind == "dotenv" else read_json(text, object_pairs_hook=_once)
        if not isinstance(data, Mapping):
            return None
        return SopsFile(kind, data, raw if kind == "dotenv" else _written(data).encode())
    except (ValueError, TypeError, RecursionError):
        return None


def found_in(tree: Any, key: str) -> Any:
    """Return what a tree of maps has under a key with dots between its steps, ``None`` where it has nothing."""
    found = tree
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def sealed_value(tree: Mapping[str, Any], key: str) -> str | None:
    """Return by what a value is known again wherever it is copied, ``None`` where the tree has none under the key."""
    found = found_in(tree, key)
    return (_sealed(found) or found) if isinstance(found, str) else None


def sealed_values(raw: bytes, name: str = "") -> Iterator[str]:
    """Yield by what each value is known that stands in a file as sops wrote it, whatever the file's format; of a file
    with a name also those that are written in another way of its format."""
    for match in _WRITTEN.finditer(raw):
        known = _known_by(*(part.decode("latin-1") for part in match.groups()))
        if known:
            yield known
    pending: list[Any] = [tree_of(name, raw)] if name else []
    while pending:
        part = pending.pop()
        if isinstance(part, str) and (known := _sealed(part)):
            yield known
        pending += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()


def sealed_fields(name: str, raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield by what each encrypted value of a file is known, with its key, dots between the steps; nothing of a file
    that sops did not write, or whose format is not read here."""
    pending: list[tuple[str, Any]] = [("", tree_of(name, raw))] if _START.encode() in raw else []
    while pending:
        key, part = pending.pop()
        if isinstance(part, str) and (known := _sealed(part)):
            yield known, key
        elif isinstance(part, Mapping):
            pending += [(f"{key}.{step}" if key else str(step), value) for step, value in part.items()]


def _sealed(value: str) -> str:
    """Return by what an encrypted value is known, empty for any other.

    Read as ``ENC\\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\\]``, which is sops' own and takes a regular
    expression's backtracking far too long on what nearly fits.
    """
    if not value.startswith(_START):
        return ""
    line = value.partition("\n")[0]
    # Each part takes as much as it can get, the first ones first.
    end = line.rfind("]")
    kind = line.rfind(",type:", 0, end - 1) if end > 0 else -1
    tag = line.rfind(",tag:", 0, kind - 1) if kind > 0 else -1
    iv = line.rfind(",iv:", 0, tag - 1) if tag > 0 else -1
    if iv <= len(_START):
        return ""
    return _known_by(line[len(_START) : iv], line[iv + 4 : tag], line[tag + 5 : kind])


def _known_by(data: str, iv: str, tag: str) -> str:
    """Return the bytes that sops authenticates, empty for what is no base64.

    sops puts the tag behind the data before it looks at either: where one ends and the other begins is nobody's word.
    """
    try:
        return f"{base64.b64decode(iv).hex()} {(base64.b64decode(data) + base64.b64decode(tag)).hex()}"
    except ValueError:
        return ""


def _written(data: Any) -> str:
    """Write a tree as JSON.

    Raises:
        TypeError: a key is no text, or a value of a kind that JSON does not have.
    """
    pending = [data]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping) and not all(isinstance(key, str) for key in part):
            raise TypeError
        pending += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    # YAML's readers take no pair of surrogates for the one character that it is in JSON.
    return _IN_PLANE.sub(lambda letter: f"\\u{ord(letter[0]):04x}", json.dumps(data, ensure_ascii=False))


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
    content = read_file(path, LARGEST) if isinstance(path, Path) else None
    if content is None or isinstance(content, Unread):
        return None if content is not None and content.kind == "large" else []
    services = _services(posixpath.basename(name), content.raw)
    return None if services is None else list(services)


@lru_cache(maxsize=8)
def _services(name: str, raw: bytes) -> tuple[str, ...] | None:
    tree = tree_of(name, raw)
    return None if tree is None else tuple(_addresses(tree))


@lru_cache(maxsize=8)
def tree_of(name: str, raw: bytes) -> Mapping[str, Any] | None:
    """Return the tree of a file, as :func:`read_sops` reads it; ``None`` where it has none."""
    # Thousands of references may name one file of many secrets.
    file = read_sops(name, raw)
    return None if file is None else file.tree


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
