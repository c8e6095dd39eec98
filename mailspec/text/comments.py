"""Comments, looked for only when somebody asks: the parser has no events for them."""

from __future__ import annotations

import re

from mailspec.text.compose import Composition
from mailspec.text.lines import Lines
from mailspec.text.span import Comment

_COMMENT = re.compile(r"(?:(?<=[\s\ufeff])|^)#[^\r\n]*")


def comments(text: str, composition: Composition, lines: Lines) -> list[Comment]:
    """Return the comments of ``text``: what starts with ``#`` behind a blank and is inside of no scalar."""
    found = []
    for match in _COMMENT.finditer(text):
        line, column = lines.position(match.start())
        found.append(Comment(line, column, match[0], True))
    return found
