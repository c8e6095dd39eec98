"""A page of Markdown for people at a terminal: the part of Markdown that the project's own pages use."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from mailspec.render.painter import Painter
from mailspec.text.escape import terminal

_CODE = "\x1b[36m"
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<label>[^\]]+)\]\((?P<link>[^)]+)\)")


def page(markdown: str, *, width: int = 80, colour: bool = False) -> str:
    """Return headings, paragraphs, lists and fenced code, wrapped to ``width`` columns; code is never wrapped."""
    painter = Painter(colour)
    blocks = ["\n".join(_block(block, width, painter)) for block in _blocks(markdown)]
    return "\n\n".join(blocks)


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Part the lines at empty ones; a fence keeps its own."""
    block: list[str] = []
    fenced = False
    for line in markdown.strip().split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if line.strip() or fenced:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block(lines: list[str], width: int, painter: Painter) -> Iterator[str]:
    first = lines[0]
    if first.startswith("```"):
        inside = [line for line in lines if not line.startswith("```")]
        yield from (painter.paint(_CODE, f"    {terminal(line)}") if line else "" for line in inside)
    elif first.startswith("#"):
        yield painter.bold(_inline(first.lstrip("# "), painter))
        if len(lines) > 1:
            yield from _block(lines[1:], width, painter)
    elif first.startswith("- "):
        for item in re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)[1:]:
            yield from _wrapped(item, width, painter, "- ", "  ")
    else:
        yield from _wrapped("\n".join(lines), width, painter)


def _wrapped(text: str, width: int, painter: Painter, first: str = "", later: str = "") -> Iterator[str]:
    plain = _inline(" ".join(text.split()), Painter(colour=False))
    lines = textwrap.wrap(
        plain, width, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    # Painted after wrapping, so that colours take no columns.
    yield from (re.sub(r"`[^`]+`", lambda found: painter.paint(_CODE, found[0]), line) for line in lines)


def _inline(text: str, painter: Painter) -> str:
    def shown(found: re.Match[str]) -> str:
        if found["code"]:
            return f"`{found['code']}`"
        if found["bold"]:
            return painter.bold(found["bold"])
        return f"{found['label']} ({found['link']})"

    return _INLINE.sub(shown, terminal(text))
