"""What is wrong inside of brackets: ``[a, b]`` and ``{a: b}``."""

from __future__ import annotations

import re

from mailspec.text.faults import Fault
from mailspec.text.lines import line_end, line_start

_WORD = re.compile(r"[^ \t\r\n,\[\]{}]*")
_INDENT = re.compile(r" *")
_KEY = re.compile(r"( *)(?:- |[\w.\"'-]+:(?=[ \t\r\n]))")
_CLOSING = {"[": "]", "{": "}"}


def glued_colon(text: str, began: int, place: int) -> Fault:
    """A colon with no blank behind it, where the parser could make nothing of it."""
    word = _WORD.match(text, began)
    return Fault(
        "syntax",
        "Inside of brackets a colon needs a space behind it to end a key.",
        "Write the space, or put the value in quotes.",
        offset=began if word and word.end() > place else place,
        length=word.end() - began if word and word.end() > place else 1,
    )


def unfinished(text: str, began: int, place: int) -> Fault:
    """Brackets that are not closed, or items without a comma between them."""
    comment = hidden_by_comment(text, place)
    if comment is not None:
        return comment
    opening = text[began : began + 1]
    closing = _CLOSING.get(opening, "the closing bracket")
    if place >= len(text.rstrip()) or text[place] in "]}" or _in_next_key(text, began, place):
        return Fault(
            "syntax",
            f"The {opening} that opens here is not closed.",
            f"Put {closing} behind its last item.",
            offset=began,
        )
    found = text[place]
    if found in ":?":
        return Fault(
            "syntax",
            f"This {found} stands where only a comma or {closing} can.",
            "Keep a key and its colon on one line, and put values that hold : or ? in quotes.",
            offset=place,
        )
    return Fault(
        "syntax",
        f"A comma or {closing} is missing before this.",
        "Write the comma, or put the whole value in quotes.",
        offset=place,
    )


def hidden_by_comment(text: str, place: int) -> Fault | None:
    """A # inside of brackets whose comment swallows what closes them, somewhere before ``place``."""
    depth, quote, at = 0, "", 0
    while at < place:
        letter = text[at]
        if quote:
            if letter == "\\" and quote == '"':
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "\"'" and text[at - 1 : at] in _BEFORE_QUOTE:
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth = max(0, depth - 1)
        elif letter == "#" and text[at - 1 : at] in _BEFORE_COMMENT:
            end = line_end(text, at)
            if depth and re.search(r"[\],}]", text[at:end]):
                return Fault(
                    "syntax",
                    "From this # to the end of the line is a comment, and with it what closes the brackets.",
                    "Put a value that starts with # in quotes.",
                    offset=at,
                    length=end - at,
                )
            at = end
        at += 1
    return None


_BEFORE_QUOTE = ("", " ", "\t", "\n", "\r", "[", "{", ",", ":")
_BEFORE_COMMENT = ("", " ", "\t", "\n", "\r")


def nothing_there(text: str, _began: int, place: int) -> Fault:
    """A comma, a bracket or a marker where a value should stand."""
    comment = hidden_by_comment(text, place)
    if comment is not None:
        return comment
    found = "the end of the file" if place >= len(text) else text[place]
    return Fault(
        "syntax",
        f"A value is missing before {found}.",
        'Write the value, or "" for an empty text; a value that starts with this character needs quotes.',
        offset=place,
    )


def _in_next_key(text: str, began: int, place: int) -> bool:
    """Tell whether ``place`` is on a line that starts a key or an item no deeper than the line of the bracket."""
    start, outer = line_start(text, place), line_start(text, began)
    line = _KEY.match(text, start)
    return line is not None and start > outer and len(line[1]) <= len(_INDENT.match(text, outer)[0])  # type: ignore[index]
