"""Comments, looked for only when somebody asks: the parser has no events for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailspec.text.compose import Composition
from mailspec.text.lines import Lines
from mailspec.text.places import PROPERTIES
from mailspec.text.span import Comment

_COMMENT = r"#[^\r\n]*"
_LINE_END = r"[\r\n]|\Z"
# Where a comment may follow without the space that YAML 1.2.2 (section 6.6) asks for and libyaml does not.
_BEFORE = frozenset("]}\"',|>+-0123456789")


def comments(text: str, composition: Composition, lines: Lines) -> list[Comment]:
    """Return the comments of a text that could be read, in order."""
    found = []
    for start, end in _comments(text, composition):
        line, column = lines.position(start)
        found.append(Comment(line, column, text[start:end], not text[start - column + 1 : start].strip(" \t")))
    return found


def glued(text: str, composition: Composition) -> int:
    """Return the offset of a comment that has no space before it, else -1."""
    if any(part[-1:] in _BEFORE for part in text.split("#")[:-1]):
        for start, _ in _comments(text, composition):
            if start and text[start - 1] not in " \t\r\n":
                return start
    return -1


def _comments(text: str, composition: Composition) -> Iterator[tuple[int, int]]:
    """Yield where comments start and end: outside of scalars every ``#`` starts one."""
    if "#" not in text:
        return
    done, comment = 0, re.compile(_COMMENT)
    for start, end in _scalars(text, composition):
        yield from (found.span() for found in comment.finditer(text, done, start))
        done = end
    stop = len(text) if composition.stop is None else composition.stop
    yield from (found.span() for found in comment.finditer(text, done, stop))


def _scalars(text: str, composition: Composition) -> Iterator[tuple[int, int]]:
    """Yield the extents of scalars without their tags and anchors, and of blocks without their first line."""
    for number, (start, end) in enumerate(zip(composition.starts, composition.ends, strict=True)):
        if number in composition.after or start >= end:
            continue
        if text[start] in "&!":
            properties = re.compile(PROPERTIES).match(text, start, end)
            start = properties.end() if properties else end
        if text[start : start + 1] in {"|", ">"}:
            start = re.compile(_LINE_END).search(text, start).start()  # type: ignore[union-attr]
        if start < end:
            yield start, end
