"""YAML files of programs: our keys are spliced in at the marks of ruamel's nodes, so that all other bytes stay.

Keys are ``MAP/KEY``, deeper ones ``MAP/MAP/KEY``; lists are not entered. Texts are always written in double quotes:
readers of YAML 1.1 take ``1_000``, ``1:30`` and ``on`` for something else. Tags, merges and aliases stay as they are;
a key that stands behind an alias is not ours to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.base import UnreadableError, cannot_hold, checked, named, newline_of, spliced
from mailspec.targets.formats.typed import Typed, shown, typed
from mailspec.text.edit import scalar_text
from mailspec.text.foreign import events_in, too_much

_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
# The reader that tells exact places takes a second for so many characters without comments, or so many parts.
_LARGEST_EDITED, _MOST_EDITED = 96 * 1024, 20_000
_SHORTEST = 16 * 1024  # characters; a text of that many is not counted first
_COMMENTS = re.compile(r"^[ \t]*+(?:#[^\n]*+)?\n", re.MULTILINE)
_OLD = re.compile("[\t\x85\u2028\u2029]|^%", re.MULTILINE)
_Edit = tuple[int, int, str]


class YamlFile(Typed):
    """One YAML file; ``kinds`` tells which of our keys are numbers or booleans."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the values outside of lists; of a text that cannot be read none. What is null is not there."""
        return self._named(_read(text))

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys; maps that are missing are made where their parents end."""
        root = _compose(text)
        if isinstance(root, str):
            return TargetProblem(f"it is no YAML that mailspec can change: {root}", "correct the file by hand")
        if root is not None and not _is_map(root):
            return TargetProblem("its top level is no map", "correct the file by hand")
        current = self._named(root)
        edits: list[_Edit] = []
        missing: dict[tuple[str, ...], dict[str, Any]] = {}
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            kind = self.kinds.get(name, "text")
            steps = tuple(name.split("/"))
            depth, pair = _find(root, steps)
            if depth == len(steps) and pair is not None:
                if current.get(name) == value and value is not None:
                    continue
                made = _remove(text, root, steps) if value is None else _replace(text, pair, typed(value, kind))
                if isinstance(made, TargetProblem):
                    return made
                edits.append(made)
            elif value is not None:
                _put(missing.setdefault(steps[:depth], {}), steps[depth:], typed(value, kind))
        for steps, entries in missing.items():
            added = _insertion(text, root, steps, entries)
            if isinstance(added, TargetProblem):
                return added
            edits.append(added)
        newline = newline_of(text)
        ordered = sorted(edits, key=lambda edit: edit[:2], reverse=True)
        after = spliced(text, [(start, end, new.replace("\n", newline)) for start, end, new in ordered])
        return checked(self, text, after, wanted, current)

    def _named(self, root: Any) -> dict[str, str | None]:
        if root is None or isinstance(root, str) or not _is_map(root):
            return {}
        why = too_much(root)
        if why is not None:
            raise UnreadableError(why)
        return named(self._values("", root))

    def _values(self, start: str, node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[str, str | None]]:
        for key, value in node.value:
            if key.tag != _STR or "/" in str(key.value):
                continue
            name = f"{start}{key.value}"
            if _is_map(value):
                # An alias may stand within what it repeats.
                if not any(value is entry for entry in (*above, node)):
                    yield from self._values(f"{name}/", value, (*above, node))
            elif isinstance(value.value, str) and value.tag != _NULL:
                yield name, shown(_plain(value), self.kinds.get(name, "text"))


def _plain(node: Any) -> Any:
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in ("true", "yes", "on")
    if node.tag == "tag:yaml.org,2002:int" and re.fullmatch(r"-?[0-9]{1,18}", node.value):
        return int(node.value)
    return node.value if node.tag == _STR else _Other(node.value)


class _Other:
    """A value that is neither a text, a whole number nor a boolean."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _read(text: str) -> Any:
    """Return the root node as :func:`_compose` does, of a longer text without the exact places, in a tenth of the time.

    Raises :class:`~mailspec.targets.formats.base.UnreadableError` for a text that stands too deep, and for a longer one
    that the two readers may take for different things: line ends and tabs as YAML 1.1 has them.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if _is_short(text):
        return _compose(text)
    if _OLD.search(text):
        raise UnreadableError("it is long, and has tabs or directives")
    try:
        return YAML(typ="safe").compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        return type(error).__name__


def _is_short(text: str) -> bool:
    """Tell whether a text is read with exact places. Raises :class:`UnreadableError` where it is not read at all."""
    from ruamel.yaml.error import YAMLError

    if len(text) <= _SHORTEST:
        return True
    try:
        count = events_in(text)
    except YAMLError:
        # What libyaml does not take the other reader may, and says where it stops.
        if len(text) <= 2 * _SHORTEST:
            return True
        raise UnreadableError("it is long, and damaged or written as only YAML 1.2 has it") from None
    if isinstance(count, str):
        raise UnreadableError(count)
    return count <= _MOST_EDITED and len(_COMMENTS.sub("", text)) <= _LARGEST_EDITED


def _compose(text: str) -> Any:
    """Return the root node, ``None`` of an empty text, or why it cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not _is_short(text):
        return f"it has more than {_LARGEST_EDITED:,} characters or {_MOST_EDITED:,} parts"
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return f"{getattr(error, 'problem', None) or 'a mistake'}{f' in line {mark.line + 1}' if mark else ''}"
    except (ValueError, RecursionError) as error:
        return type(error).__name__


def _is_map(node: Any) -> bool:
    return node is not None and isinstance(node.value, list) and node.tag == "tag:yaml.org,2002:map"


def _find(root: Any, steps: tuple[str, ...]) -> tuple[int, Any]:
    """Return how many steps lead to something, and the last pair that was found."""
    node, pair, depth = root, None, 0
    for step in steps:
        if not _is_map(node):
            break
        found = next(((key, value) for key, value in node.value if key.value == step and key.tag == _STR), None)
        if found is None:
            break
        pair, node, depth = found, found[1], depth + 1
    return depth, pair


def _replace(text: str, pair: Any, value: str | int | bool) -> _Edit | TargetProblem:
    key, node = pair
    if node.start_mark.index < key.end_mark.index:
        return TargetProblem(f"{key.value} is an alias of something else there", "write the value itself there")
    if not isinstance(node.value, str):
        return TargetProblem(f"{key.value} is no single value there", "correct the file by hand")
    written = scalar_text(value, '"')
    if node.start_mark.index == node.end_mark.index:
        place = text.index(":", key.end_mark.index) + 1
        return place, place, f" {written}"
    end = node.end_mark.index
    tail = "\n" if node.style in ("|", ">") and text[end - 1] == "\n" else ""
    return node.start_mark.index, end, written + tail


def _remove(text: str, root: Any, steps: tuple[str, ...]) -> _Edit | TargetProblem:
    """Return the cut of a whole entry with its line's end."""
    _, parent = _find(root, steps[:-1]) if len(steps) > 1 else (0, (None, root))
    key, value = next(pair for pair in parent[1].value if pair[0].value == steps[-1])
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    if parent[1].flow_style or text[start : key.start_mark.index].strip():
        return TargetProblem(f"{steps[-1]} shares its line with others", f"give {steps[-1]} a line of its own")
    return start, _behind(text, _solid_end(value, key)), ""


def _solid_end(node: Any, key: Any) -> int:
    """Return where a node's last character is; a block's own end is where the next thing starts."""
    if node.start_mark.index < key.end_mark.index or not isinstance(node.value, list) or node.flow_style:
        return max(int(node.end_mark.index), int(key.end_mark.index))
    if not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _solid_end(last[1], last[0]) if isinstance(last, tuple) else _solid_end(last, node_start(last))


class node_start:  # noqa: N801 -- stands in for a key of an item of a list
    """A mark where a list's item starts."""

    def __init__(self, node: Any) -> None:
        self.end_mark = node.start_mark


def _behind(text: str, at: int) -> int:
    """Return the offset behind the line in which an offset is; a literal block ends behind one already."""
    if at and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _put(tree: dict[str, Any], steps: tuple[str, ...], value: Any) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
    tree[steps[-1]] = value


def _insertion(text: str, root: Any, steps: tuple[str, ...], entries: Mapping[str, Any]) -> _Edit | TargetProblem:
    """Return new entries where the map that they belong to ends."""
    _, pair = _find(root, steps) if steps else (0, (None, root))
    key, node = pair
    if node is None or (not steps and not node.value):
        return _at_end(text, entries)
    if key is not None and node.start_mark.index < key.end_mark.index:
        return TargetProblem(f"{'/'.join(steps)} is an alias of something else there", "write the map itself there")
    if _is_map(node) and node.value and not node.flow_style:
        column = node.value[0][0].start_mark.column
        last_key, last = node.value[-1]
        place = _behind(text, _solid_end(last, last_key))
        lead = "" if text[:place].endswith("\n") else "\n"
        return place, place, lead + _block(entries, column)
    if key is None:
        return TargetProblem("its top level stands in braces", "write it as lines")
    column = key.start_mark.column + 2
    if _is_map(node) or node.tag == _NULL:
        if _is_map(node) and node.value:
            inner = ", ".join(f"{scalar_text(word)}: {_flow(value)}" for word, value in entries.items())
            place = node.value[-1][1].end_mark.index
            return place, place, f", {inner}"
        there = node.start_mark.index < node.end_mark.index
        at = node.end_mark.index if there else text.index(":", key.end_mark.index) + 1
        end = _behind(text, at)
        rest = text[at:end].rstrip("\r\n")
        line = "" if text[:end].endswith("\n") else "\n"
        start = node.start_mark.index if there else at
        return start, end, rest + "\n" + _block(entries, column).rstrip("\n") + ("" if line else "\n")
    return TargetProblem(f"{'/'.join(steps)} is no map there", "correct the file by hand")


def _at_end(text: str, entries: Mapping[str, Any]) -> _Edit:
    lead = "\n" if text and not text.endswith("\n") else ""
    return len(text), len(text), lead + _block(entries, 0)


def _block(entries: Mapping[str, Any], column: int) -> str:
    lines: list[str] = []
    for word, value in entries.items():
        head = f"{' ' * column}{scalar_text(word)}:"
        if isinstance(value, Mapping):
            lines.append(f"{head}\n{_block(value, column + 2)}")
        else:
            lines.append(f"{head} {scalar_text(value, chr(34))}\n")
    return "".join(lines)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar_text(word)}: {_flow(entry)}" for word, entry in value.items()) + "}"
    return scalar_text(value, '"')
