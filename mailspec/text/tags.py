"""Values with a tag. The core schema's are honoured, those that the caller names are passed on, others refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.text import faults
from mailspec.text.core import plain
from mailspec.text.faults import Fault

CORE = "tag:yaml.org,2002:"
_SCALARS = {
    "str": (str, "text"),
    "int": (int, "an integer"),
    "float": (float, "a number"),
    "bool": (bool, "true or false"),
    "null": (type(None), "null"),
}
_COLLECTIONS = {"map": "mapping", "seq": "sequence"}


def tagged_scalar(tag: str, text: str, tags: Mapping[str, str], number: int, found: list[Fault]) -> Any:
    """Return the value of a scalar with a tag; a wrong one stays text and is added to ``found``."""
    if tag in tags:
        return {tags[tag]: text}
    if not tag.startswith(CORE):
        found.append(faults.unknown_tag(number, tag, tuple(tags)))
        return text
    name = tag[len(CORE) :]
    shown = f"!!{name}"
    if name in _COLLECTIONS:
        found.append(faults.wrong_kind(number, shown, "a single value"))
        return text
    if name not in _SCALARS:
        found.append(faults.unknown_tag(number, shown, tuple(tags)))
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
        found.append(faults.wrong_value(number, text, shown, wanted))
        return text
    return value


def check_collection(tag: str, kind: str, tags: Mapping[str, str], number: int, found: list[Fault]) -> None:
    """Add to ``found`` what is wrong with the tag of a ``mapping`` or a ``sequence``."""
    if tag.startswith(CORE):
        name = tag[len(CORE) :]
        if _COLLECTIONS.get(name) == kind:
            return
        if name in _COLLECTIONS or name in _SCALARS:
            found.append(faults.wrong_kind(number, f"!!{name}", f"a {kind}"))
            return
        tag = f"!!{name}"
    elif tag in tags:
        found.append(faults.wrong_kind(number, tag, f"a {kind}"))
        return
    elif tag == "!":
        return
    found.append(faults.unknown_tag(number, tag, tuple(tags)))


# Properties before a node: anchors, tags and what may stand between them.
PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)+")
