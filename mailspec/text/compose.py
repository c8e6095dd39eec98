"""libyaml's events to plain data and positions in one pass, without recursion.

A node's number is its place in document order. Parallel arrays hold all that a span needs later, so that a
document costs a few bytes a node until somebody asks for a place.

Events, not the nodes of the native module's composer: that one recurses as deep as a text does, does not tell where
aliases stand, refuses a second anchor of a name, and gives nothing of a text that is broken further down. Nor is it
faster: of a file of 670 bytes it makes nodes in 96 microseconds, which take 33 to walk; all is done here in 113
(ruamel.yaml.clib 0.2.15, 2026-11-28).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from sys import intern
from typing import Any

from mailspec.text import faults
from mailspec.text.core import NUMERIC, WORDS, plain
from mailspec.text.faults import Fault
from mailspec.text.limits import Limits
from mailspec.text.tags import check_collection, check_name, tag_at, tagged_scalar


class Composition:
    """The data of a text, where its nodes are, and what is wrong with them."""

    __slots__ = ("after", "aliases", "data", "end", "ends", "faults", "keys", "maps", "open", "starts", "stop")

    def __init__(self) -> None:
        self.data: Any = None
        # The offset behind the document's last node, and where a second document starts.
        self.end = 0
        self.stop: int | None = None
        # Offsets; a scalar's may be off by the blanks behind it.
        self.starts = array("I")
        self.ends = array("I")
        # Frames of the collections that are not closed yet: the fourth member is the number.
        self.open: list[tuple[Any, ...]] = []
        # The text of a node that is a usable key, else None.
        self.keys: list[str | None] = []
        # Number of a collection -> number of the node after its last descendant.
        self.after: dict[int, int] = {}
        # Numbers of the collections that are mappings.
        self.maps: set[int] = set()
        # Number of an alias -> number of its anchor's node.
        self.aliases: dict[int, int] = {}
        self.faults: list[Fault] = []

    def close(self) -> None:
        """Close what is open, so that places can be told in a text that was not read to its end."""
        for frame in self.open:
            self.after[frame[3]] = len(self.keys)
            self.ends[frame[3]] = max(self.ends)
        self.open.clear()

    def root(self) -> int:
        """Return the offset of a document that is a single scalar, else -1."""
        return self.starts[0] if len(self.keys) == 1 and 0 not in self.after else -1


# A file that is wrong as often as this is wrong in one way.
MOST_FAULTS = 1000

# Stands for "no key yet", and for the key of an entry that is not kept.
_NONE: Any = object()
_DROPPED: Any = object()


def compose(
    result: Composition,
    text: str,
    source: str,
    limits: Limits,
    tags: Mapping[str, str],
    *,
    back: Mapping[int, str] | None = None,
) -> Fault | None:
    """Compose the first document of ``text`` into ``result``.

    ``source`` is what is parsed: the text, or one of the same width with stand-ins that ``back`` translates.

    Returns the limit that the text broke: then there is no data.

    Raises:
        YAMLError: the text is not YAML.
    """
    # Loaded with the first text: it brings all of ruamel.yaml.
    from _ruamel_yaml import (
        AliasEvent,
        CParser,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    next_event = CParser(source).get_event
    faults_found = result.faults
    keys = result.keys
    after = result.after
    ends = result.ends
    add_start, add_end, add_key = result.starts.append, ends.append, keys.append
    most, deepest = limits.nodes, limits.depth
    known_keys = _KEYS
    anchored = "&" in text or "*" in text
    # Value, number, nodes and height of what each anchor names.
    anchors: dict[str, tuple[Any, int, int, int]] = {}
    peaks: list[int] = [0]  # the greatest depth below each open collection, its own included
    stack = result.open
    holder: Any = []
    key: Any = _NONE
    in_map = False
    last = 0  # where the last node ended
    extra = 0  # nodes that aliases stand for

    while (event := next_event()) is not None:
        kind = event.__class__
        if kind is ScalarEvent:
            value = written = event.value if back is None else event.value.translate(back)
            start = event.start_mark.index
            last = event.end_mark.index
            implicit, quoted = event.implicit
            if implicit:
                if value in WORDS or value[0] in NUMERIC:
                    # The tag "!" says text, and libyaml takes it for no tag.
                    if event.style or (start < last and text[start] in "!&" and tag_at(text, start) == "!"):
                        pass
                    else:
                        try:
                            value = plain(value)
                        except ValueError:
                            faults_found.append(faults.long_number(len(keys)))
                        if value == "-":
                            faults_found.append(faults.lone_dash(len(keys)))
            elif not quoted:
                value = tagged_scalar(tag_at(text, start), value, tags, len(keys), faults_found)
            if anchored and (anchor := event.anchor):
                anchors[anchor] = (value, len(keys), 1, 0)
                check_name(text, text.find(f"&{anchor}", start), anchor, len(keys), faults_found)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            start = event.start_mark.index
            if len(stack) >= deepest:
                return faults.too_deep(start, deepest)
            number = len(keys)
            anchor = event.anchor
            if not event.implicit:
                shape = "map" if kind is MappingStartEvent else "list"
                check_collection(tag_at(text, start), shape, tags, number, faults_found)
            add_start(start)
            add_end(0)
            add_key(None)
            stack.append((holder, in_map, key, number, number + extra, anchor, event.flow_style))
            if anchored:
                peaks.append(0)
                if anchor:
                    check_name(text, text.find(f"&{anchor}", start), anchor, number, faults_found)
            if kind is MappingStartEvent:
                in_map, holder = True, {}
                result.maps.add(number)
            else:
                in_map, holder = False, []
            key = _NONE
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            value = holder
            if in_map and _DROPPED in value:
                del value[_DROPPED]
            holder, in_map, key, number, before, anchor, flow = stack.pop()
            after[number] = len(keys)
            if flow and (end := event.end_mark.index) > event.start_mark.index:
                # Not so in [a: 1], whose map has no end of its own.
                last = end
            ends[number] = last
            if anchored:
                height = peaks.pop() + 1
                peaks[-1] = max(peaks[-1], height)
                if anchor:
                    anchors[anchor] = (value, number, len(keys) + extra - before, height)
            if not in_map:
                holder.append(value)
                if not stack:
                    break
            elif key is _NONE:
                start = result.starts[number]
                faults_found.append(faults.key_not_scalar(number, template=text.startswith("{{", start - 1)))
                key = _DROPPED
            else:
                holder[key] = value
                key = _NONE
            continue
        elif kind is AliasEvent:
            written = None
            start = event.start_mark.index
            last = event.end_mark.index
            anchor = event.anchor
            check_name(text, start, anchor, len(keys), faults_found)
            target = anchors.get(anchor)
            if target is None:
                value = None
                inside = any(frame[5] == anchor for frame in stack)
                faults_found.append(faults.alias(len(keys), inside=inside))
            else:
                value, result.aliases[len(keys)], nodes, height = target
                extra += nodes - 1
                peaks[-1] = max(peaks[-1], height)
                if len(stack) + height > deepest:
                    return faults.too_deep(start, deepest)
        else:
            continue

        add_start(start)
        add_end(last)
        number = len(keys)
        if number + extra >= most:
            return faults.too_many(start, most)
        if faults_found and len(faults_found) > MOST_FAULTS:
            return faults.too_wrong(start, MOST_FAULTS)
        if not in_map:
            holder.append(value)
            add_key(None)
            if not stack:
                break
        elif key is not _NONE:
            holder[key] = value
            key = _NONE
            add_key(None)
        elif value.__class__ is str and value not in holder and value != "<<":
            key = known_keys.get(value) or _known(value)
            add_key(key)
        else:
            key = _odd_key(event, value, written, number, holder, faults_found, stack[-1][3])
            add_key(None if key is _DROPPED else key)

    result.data = holder[0] if holder else None
    result.end = last
    return None


# The keys that were met first. A project's files have the same few, so each is kept once.
_KEYS: dict[str, str] = {}
_MOST_KEYS = 1000


def _known(key: str) -> str:
    """Return a new key, to be kept while they are few: who chooses many must not fill the memory.

    Interned it is the same object as in the code that asks for it.
    """
    if len(_KEYS) < _MOST_KEYS:
        _KEYS[key] = key = intern(key)
    return key


def _odd_key(
    event: Any, value: Any, written: str | None, number: int, holder: dict[str, Any], found: list[Fault], mapping: int
) -> Any:
    """Return the key to use for one that is no new text, and add what is wrong with it.

    ``written`` is its text in the file, None for an alias.
    """
    if value.__class__ is not str:
        if written is None:
            found.append(faults.key_alias(number))
        elif not written:
            found.append(faults.key_missing(number))
        else:
            found.append(faults.key_not_text(number, written))
        return written if written and written not in holder else _DROPPED
    if value in holder:
        found.append(faults.duplicate(number, value, mapping))
        return _DROPPED
    if written == "<<" and event.implicit[0] and not event.style:
        found.append(faults.merge_key(number))
        return _DROPPED
    return value
