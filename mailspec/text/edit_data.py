"""Changes of values in a document's text: a value set, an item added to a list or taken out, all else kept to the byte.

Each function returns a splice for :func:`mailspec.text.edit.splice`. Whoever applies them reads the result again and
compares the data: what cannot be changed this way must not be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailspec.text.document import Document
from mailspec.text.edit import scalar_text
from mailspec.text.span import Path
from mailspec.text.unseen import invisible

Splice = tuple[int, int, str]

# Text that every YAML 1.2 reader takes as text, in block and in flow style: no indicator, nothing like a number,
# true, null or a date.
_PLAIN = re.compile(r"[^\W\d_][\w.@+/-]*(?: [\w.@+/-]+)*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def flow(value: Any) -> str:
    """Return a value in flow style: ``{a: 1}``, ``[a, b]`` or a scalar."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar_text(value)


def scalar(text: str) -> str:
    """Return a text as a YAML scalar: plain where that is safe everywhere, else in double quotes."""
    unseen = {offset for offset, _name in invisible(text)}
    if not unseen and _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    # What cannot be seen is written as an escape, so that readers see it (MS008).
    return '"' + "".join(_quoted(letter, at in unseen) for at, letter in enumerate(text)) + '"'


def _quoted(letter: str, unseen: bool) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable() and not unseen:
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a map in block style; maps of one key and lists stay in flow style."""
    for key, inner in value.items():
        if isinstance(inner, Mapping) and len(inner) > 1:
            yield f"{key}:"
            yield from (f"  {line}" for line in block(inner))
        else:
            yield f"{key}: {flow(inner)}"


def content_end(document: Document, path: Path) -> int:
    """Return where the text of a value ends: a block ends with its last word, not with what follows it."""
    start, end = document.places().find(path)
    value = _at(document.data, path)
    if isinstance(value, dict) and value and document.text[start] != "{":
        return max(content_end(document, (*path, key)) for key in value)
    if isinstance(value, list) and value and document.text[start] != "[":
        return max(content_end(document, (*path, number)) for number in range(len(value)))
    return end


def set_value(document: Document, path: Path, value: Any) -> Splice:
    """Replace the value at ``path``, or put it behind the last key of the map above, with that map where it lacks."""
    above = _at(document.data, path[:-1])
    if not isinstance(above, dict):
        return set_value(document, path[:-1], {path[-1]: value})
    if path[-1] in above:
        return _replace(document, path, value)
    if not above:
        return _replace(document, path[:-1], {path[-1]: value})
    if document.text[document.places().find(path[:-1])[0]] == "{":
        end = content_end(document, (*path[:-1], list(above)[-1]))
        return end, end, f", {path[-1]}: {flow(value)}"
    indent = _column(document, document.places().find((*path[:-1], next(iter(above))), key=True)[0])
    end = _line_end(document.text, content_end(document, path[:-1]))
    return end, end, "".join(f"\n{indent}{line}" for line in block({str(path[-1]): value}))


def add_items(document: Document, path: Path, items: list[Any]) -> Splice:
    """Add items at the end of the list at ``path``, in the list's style; makes the list where it lacks."""
    there = _at(document.data, path)
    if not there:
        return set_value(document, path, items)
    last = (*path, len(there) - 1)
    if document.text[document.places().find(path)[0]] == "[":
        end = content_end(document, last)
        return end, end, "".join(f", {flow(item)}" for item in items)
    dash = _dash(document, last)
    end = _line_end(document.text, content_end(document, last))
    return end, end, "".join(f"\n{line}" for line in list_lines(items, _column(document, dash)))


def list_lines(items: Iterable[Any], indent: str) -> Iterator[str]:
    """Yield the lines of a list in block style."""
    for item in items:
        lines = list(block(item)) if isinstance(item, Mapping) else [flow(item)]
        yield f"{indent}- {lines[0]}"
        yield from (f"{indent}  {line}" for line in lines[1:])


def remove_items(document: Document, path: Path, numbers: set[int]) -> list[Splice]:
    """Take items out of the list at ``path``, each with the comment right above it."""
    there, text = _at(document.data, path), document.text
    if len(numbers) == len(there):
        start = document.places().find(path)[0]
        if text[start] == "[":
            return [(start, content_end(document, path), "[]")]
        key = document.places().find(path, key=True)[1]
        return [(text.index(":", key) + 1, content_end(document, path), " []")]
    if text[document.places().find(path)[0]] == "[":
        return [_out_of_flow(document, path, number, numbers) for number in sorted(numbers)]
    found = []
    for number in sorted(numbers):
        start = text.rfind("\n", 0, _dash(document, (*path, number))) + 1
        found.append((start, min(_line_end(text, content_end(document, (*path, number))) + 1, len(text)), ""))
        # The comment above an item is about it; what stands above the first one may be about the list.
        while number and (comment := re.search(r"(?:^|\n)([ \t]*#[^\n]*\n)$", text[:start])) is not None:
            start = comment.start(1)
        found[-1] = (start, *found[-1][1:])
    return found


def _out_of_flow(document: Document, path: Path, number: int, numbers: set[int]) -> Splice:
    start, end = document.places().find((*path, number))[0], content_end(document, (*path, number))
    kept = [other for other in range(number) if other not in numbers]
    if kept:
        return content_end(document, (*path, number - 1)), end, ""
    return start, document.places().find((*path, number + 1))[0], ""


def _replace(document: Document, path: Path, value: Any) -> Splice:
    start, end = document.places().find(path)[0], content_end(document, path)
    old = document.text[start:end]
    if not isinstance(value, dict | list) and not isinstance(_at(document.data, path), dict | list):
        return start, end, scalar_text(value, old) if old else f" {scalar_text(value)}"
    if old and old[0] not in "[{&*!" and isinstance(_at(document.data, path), dict | list):
        # A block gives way with the line break and the indentation before it.
        start = document.text.index(":", document.places().find(path, key=True)[1]) + 1
        return start, end, f" {flow(value)}"
    return start, end, flow(value) if old else f" {flow(value)}"


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _dash(document: Document, path: Path) -> int:
    """Return the offset of the dash before a list's item; an item that is a map starts with its first key."""
    return document.text.rindex("-", 0, document.places().find(path)[0])


def _column(document: Document, offset: int) -> str:
    return " " * (offset - document.text.rfind("\n", 0, offset) - 1)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" else end
