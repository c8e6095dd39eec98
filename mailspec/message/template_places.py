"""Where in a template something stands. Jinja2 tells lines only; columns are looked up in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_QUOTED = re.compile(r"'([^']+)'")
_OFFSET = re.compile(r"^unexpected char .* at (\d+)$")
_TAG = re.compile(r"\{[%{#]")
_TAGS = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)

Place = tuple[int, int, int]


def in_tags(text: str) -> int:
    """Return how many characters of a template stand in its tags."""
    return sum(tag.end() - tag.start() for tag in _TAGS.finditer(text))


def place_of_word(text: str, line: int, word: str) -> Place:
    """Return line, column and end column of a word's first place from a line on; the line's text where it is none."""
    return _first(text, line, re.compile(rf"(?<!\w)({re.escape(word)})(?!\w)"))


def place_of_path(text: str, line: int, path: Sequence[str]) -> Place:
    """Return the place of the last step of a variable such as ``user.address["city"]``."""
    *before, last = map(re.escape, path)
    steps = "".join(rf"(?:\s*\.\s*{step}|\s*\[\s*[\"']{step}[\"']\s*\])" for step in before[1:])
    if before:
        return _first(text, line, re.compile(rf"(?<![\w.]){before[0]}{steps}\s*[.\[]\s*[\"']?({last})(?!\w)"))
    return _first(text, line, re.compile(rf"(?<![\w.])({last})(?!\w)"))


def _first(text: str, line: int, pattern: re.Pattern[str]) -> Place:
    """Look for a pattern's group in the tags of a line and of those that follow."""
    tags = _tags(text)
    for number in range(line, min(line + 20, len(tags) + 1)):
        found = pattern.search(tags[number - 1])
        if found is not None:
            return number, found.start(1) + 1, found.end(1) + 1
    return _whole(text.split("\n"), line)


@lru_cache(maxsize=8)
def _tags(text: str) -> list[str]:
    """Return the lines with everything outside of tags blanked; columns stay."""
    kept = bytearray(len(text))
    for tag in _TAGS.finditer(text):
        kept[tag.start() : tag.end()] = b"\1" * (tag.end() - tag.start())
    shown = (letter if keep or letter == "\n" else " " for letter, keep in zip(text, kept, strict=True))
    return "".join(shown).split("\n")


def place_of_words(text: str, line: int, message: str) -> Place:
    """Return the place of what a message of Jinja2 tells: its offset; the last word in quotes that stands in the line;
    else the line's first tag."""
    offset = _OFFSET.search(message)
    if offset is not None:
        before = text[: int(offset[1])]
        column = len(before) - before.rfind("\n")
        return before.count("\n") + 1, column, column + 1
    lines = text.split("\n")
    line_text = lines[line - 1] if 0 < line <= len(lines) else ""
    for word in reversed(_QUOTED.findall(message)):
        at = line_text.rfind(word)
        if at >= 0:
            return line, at + 1, at + len(word) + 1
    tag = _TAG.search(line_text)
    if tag is not None:
        return line, tag.start() + 1, tag.end() + 1
    return _whole(lines, line)


def _whole(lines: list[str], line: int) -> Place:
    line = min(max(line, 1), len(lines))
    text = lines[line - 1].rstrip("\r")
    start = len(text) - len(text.lstrip())
    return line, start + 1, max(len(text.rstrip()), start) + 1
