"""What stands before a value: tags and anchors.

The core schema's tags are honoured, those that the caller names are passed on, others refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.text import faults
from mailspec.text.core import plain
from mailspec.text.faults import Fault

_CORE = "tag:yaml.org,2002:"
_SCALARS = {
    "str": (str, "text"),
    "int": (int, "an integer"),
    "float": (float, "a number"),
    "bool": (bool, "true or false"),
    "null": (type(None), "null"),
}
# What may stand behind a name; the empty string is the end of the text.
_ENDS = frozenset(("", " ", "\t", "\r", "\n", ",", "]", "}"))
_COLLECTIONS = {"map": "map", "seq": "list"}
# The tag among a node's properties: an anchor may stand before it, and comments between them.
_TAG = r"(?:&\S*+(?:[ \t\r\n]++|(?<=[ \t\r\n])#[^\r\n]*+)++)?(!\S*+)"


def tag_at(text: str, start: int) -> str:
    """Return the tag that the node at ``start`` is written with: ``!!str`` also for its long form, or ``""``."""
    found = re.compile(_TAG).match(text, start)
    if found is None:
        return ""
    tag = found[1]
    if tag.startswith("!<") and tag.endswith(">"):
        tag = tag[2:-1]
        if tag.startswith(_CORE):
            tag = "!!" + tag[len(_CORE) :]
    return tag


def tagged_scalar(tag: str, text: str, tags: Mapping[str, str], number: int, found: list[Fault]) -> Any:
    """Return the value of a scalar with a tag; a wrong one stays text and is added to ``found``."""
    if tag == "!":
        return text
    if tag in tags:
        return {tags[tag]: text}
    name = tag[2:] if tag.startswith("!!") else ""
    if name in _COLLECTIONS:
        found.append(faults.wrong_kind(number, tag, "a single value"))
        return text
    if name not in _SCALARS:
        found.append(faults.unknown_tag(number, tuple(tags)))
        return text
    if name == "str":
        return text
    kind, wanted = _SCALARS[name]
    try:
        value = plain(text)
    except ValueError:
        value = text
    if kind is float and type(value) is int:
        return float(value) if abs(value) < 10**300 else value
    if type(value) is not kind:
        found.append(faults.wrong_value(number, tag, wanted))
        return text
    return value


def check_collection(tag: str, kind: str, tags: Mapping[str, str], number: int, found: list[Fault]) -> None:
    """Add to ``found`` what is wrong with the tag of a ``map`` or a ``list``."""
    name = tag[2:] if tag.startswith("!!") else ""
    if tag == "!" or _COLLECTIONS.get(name) == kind:
        return
    if name in _COLLECTIONS or name in _SCALARS or tag in tags:
        found.append(faults.wrong_kind(number, tag, f"a {kind}"))
    else:
        found.append(faults.unknown_tag(number, tuple(tags)))


def check_name(text: str, place: int, name: str, number: int, found: list[Fault]) -> None:
    """Add a fault where an anchor's or alias's name goes on at ``place``: libyaml cuts ``&a:b``, YAML 1.2 does not."""
    if text[place + 1 + len(name) : place + 2 + len(name)] not in _ENDS:
        found.append(faults.name_glued(number, "alias" if text[place] == "*" else "anchor"))
