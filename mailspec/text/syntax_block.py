"""What is wrong with keys, lists and their indentation."""

from __future__ import annotations

import re

from mailspec.text.faults import Fault
from mailspec.text.lines import line_end, line_start

_BLANKS = " \t"
_KEY_WITHOUT_BLANK = re.compile(r"[A-Za-z_][\w.-]*:(?=[^ \t:/])")


def no_colon(text: str, began: int, _place: int) -> Fault:
    """A line that should be a key."""
    start, stop = began, line_end(text, began)
    line = text[start:stop].rstrip()
    glued = _KEY_WITHOUT_BLANK.match(line)
    if glued:
        return Fault(
            "syntax",
            "A space is missing behind the colon.",
            "Write a space there.",
            offset=start,
            length=glued.end(),
        )
    if line.startswith("- "):
        message, help_ = "A list item stands where a key is expected.", "Indent it, or start it further left."
    elif ":" not in line:
        message = "A colon is missing: this line is neither a key nor part of the value before it."
        help_ = "Write key: value; or indent the line if it continues the value above."
    else:
        message = "This is no key: a key stands on one line, with at most 1,024 characters."
        help_ = "Shorten it, or correct its quotes."
    return Fault("syntax", message, help_, offset=start, length=max(len(line), 1))


def second_colon(text: str, _began: int, place: int) -> Fault:
    """A colon where no key can end."""
    start = line_start(text, place)
    before = text[start:place]
    content = before.lstrip(" -?\t")
    value = re.search(r":[ \t]", content)
    if value or before.startswith("---"):
        return Fault(
            "syntax",
            "A second key on one line: a colon with a space behind it ends a key.",
            "Put a value that holds a colon in quotes; start a new key on its own line.",
            offset=place,
        )
    if content.lstrip("\"'").find("\n") < 0 and len(content) < len(before):
        return Fault(
            "syntax",
            "This key is indented deeper than the line above allows, which has its value already.",
            "Start it in the column where the keys above start.",
            offset=start + len(before) - len(before.lstrip(_BLANKS)),
            length=len(before.strip(_BLANKS)) + 1,
        )
    return Fault(
        "syntax",
        "A colon stands where no key can end.",
        "Put the whole value in quotes, or start the key on a line of its own.",
        offset=place,
    )


def list_here(text: str, _began: int, place: int) -> Fault:
    """A dash where no list can start."""
    start = line_start(text, place)
    if text[start:place].strip(_BLANKS):
        message = "A list cannot start on the line of its key."
        help_ = 'Start it on the next line, or write it in brackets; put a value that starts with "- " in quotes.'
    else:
        message = "A list item cannot stand here: the line above has its value already."
        help_ = "Start it in the column where the items above start."
    return Fault("syntax", message, help_, offset=place)


def question_here(_text: str, _began: int, place: int) -> Fault:
    """A question mark where no key can start."""
    return Fault(
        "syntax",
        "A question mark with a space behind it starts a key, and none can start here.",
        "Put the value in quotes.",
        offset=place,
    )


def does_not_fit(text: str, _began: int, place: int) -> Fault:
    """Something that continues nothing above it."""
    if place >= len(text):
        return Fault("syntax", "The file ends too early.", "Check what its last lines begin.", offset=place)
    start, stop = line_start(text, place), line_end(text, place)
    before = text[start:place].rstrip(_BLANKS)
    if before and before[-1] in "\"'":
        return Fault(
            "syntax",
            "Text stands behind a closing quote.",
            "Put the whole value in quotes; inside of them \" is written \\\" and ' is written ''.",
            offset=place,
            length=max(len(text[place:stop].rstrip()), 1),
        )
    if before.strip(" -\t"):
        return Fault(
            "syntax",
            "This cannot follow what stands before it on the line.",
            "Put the whole value in quotes, or start a new line.",
            offset=place,
            length=max(len(text[place:stop].rstrip()), 1),
        )
    return Fault(
        "syntax",
        "This line fits nothing above it.",
        "Start it in the same column as the keys or items that it belongs to.",
        offset=place,
        length=max(len(text[place:stop].rstrip()), 1),
    )


def percent_here(_text: str, began: int, _place: int) -> Fault:
    """A percent sign at the start of a line, where only a directive may start with one."""
    return Fault(
        "syntax",
        "A line that starts with % cannot stand here.",
        "Remove it, or put the value in quotes and indent it.",
        offset=began,
    )
