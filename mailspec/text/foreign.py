"""YAML of other programs as plain data: nothing in it runs, and what it may cost is bounded."""

from __future__ import annotations

import re
from typing import Any

MOST_NODES = 100_000  # each alias counted as what it stands for
MOST_TEXT = 32 * 1024 * 1024  # characters of its texts, counted in the same way
DEEPEST = 200  # collections inside each other, aliases followed
_MOST_EVENTS = 2 * MOST_NODES  # a collection has two
_LONGEST_NUMBER = 1_000  # characters; numbers to the base of 60 take the square of their length
_HALF = re.compile("[\ud800-\udfff]")  # what a byte that is no UTF-8 is read as
_STR, _BINARY = "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary"


def read_yaml(text: str) -> Any:
    """Return a YAML text's data, its tags read as YAML's own are.

    Raises:
        ValueError: it is no YAML, or more than is looked at; the words say which.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe")
    try:
        count = events_in(text)
        if isinstance(count, str):
            raise ValueError(count)
        root = yaml.compose(text)
        why = too_much(root)
        if why is not None:
            raise ValueError(why)
        return None if root is None else yaml.constructor.construct_document(root)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError("it is no YAML" + (f" (line {mark.line + 1})" if mark is not None else "")) from None
    except (RecursionError, TypeError, AttributeError, KeyError, OverflowError):
        raise ValueError("it is no YAML that can be read") from None


def events_in(text: str) -> int | str:
    """Return how many events a text has for libyaml's parser, or say why no tree may be made of it.

    Ahead of every tree: libyaml's own way to one ends the process where collections stand thousands of levels deep.
    Raises ``ruamel.yaml.error.YAMLError``.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

    if _HALF.search(text):
        return "it holds bytes that are no UTF-8"
    depth = count = 0
    for event in YAML(typ="safe").parse(text):
        count += 1
        if count > _MOST_EVENTS:
            return f"it has more than {MOST_NODES:,} parts"
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return f"{_where(event)} stands more than {DEEPEST} levels deep"
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
    return count


def too_much(root: Any) -> str | None:
    """Say why the tree of a node of ruamel.yaml is not looked at, ``None`` where it is."""
    pending: list[tuple[Any, tuple[Any, ...]]] = [] if root is None else [(root, ())]
    count = length = 0
    while pending:
        node, above = pending.pop()
        count += 1
        if count > MOST_NODES:
            return f"it has more than {MOST_NODES:,} parts, each alias counted as what it stands for"
        if isinstance(node.value, str):
            length += len(node.value)
            if length > MOST_TEXT:
                return f"its texts have more than {MOST_TEXT:,} characters, each alias counted as what it stands for"
            if len(node.value) > _LONGEST_NUMBER and node.tag not in (_STR, _BINARY):
                return f"{_where(node)} is no text and longer than {_LONGEST_NUMBER:,} characters"
            continue
        if any(node is entry for entry in above):
            continue  # an alias may stand within what it repeats
        if len(above) >= DEEPEST:
            return f"{_where(node)} stands more than {DEEPEST} levels deep"
        inside = (*above, node)
        for entry in node.value:
            pending += [(part, inside) for part in entry] if isinstance(entry, tuple) else [(entry, inside)]
    return None


def _where(node: Any) -> str:
    return f"what starts in line {node.start_mark.line + 1}"
