"""What is wrong with a single value: its first character, its quotes, its escapes, its anchor or tag."""

from __future__ import annotations

import re

from mailspec.text.faults import Fault

_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{0,2}|u[0-9A-Fa-f]{0,4}|U[0-9A-Fa-f]{0,8}|\r\n|[\s\S])")
_GOOD_ESCAPE = re.compile(
    r"\\(?:[0abt\tnvfre \"/\\N_LP\r\n]|x[0-9A-Fa-f]{2}|u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|U00(?:10|0[0-9A-Fa-f])[0-9A-Fa-f]{4})"
)
_NAME = re.compile(r"[&*][^ \t\r\n,\[\]{}]*")
_TAG = re.compile(r"![^ \t\r\n]*")
_TAB = re.compile(r"\t+")


def bad_start(text: str, began: int, place: int) -> Fault:
    """A character that no value may start with."""
    found = text[place : place + 1]
    if found == "\t":
        return tab(text, began, place)
    if found in {"|", ">"}:
        return Fault(
            "syntax",
            f"A block of text ({found}) cannot stand inside of brackets.",
            "Write the text in double quotes, with \\n for its line ends.",
            offset=place,
        )
    return Fault(
        "syntax",
        f"A value cannot start with {found}.",
        "Put the whole value in quotes.",
        offset=place,
    )


def tab(text: str, _began: int, place: int) -> Fault:
    """A tab where only blanks may stand."""
    found = _TAB.match(text, place)
    return Fault(
        "syntax",
        "A tab stands here; YAML is indented with spaces only.",
        "Replace the tab with spaces.",
        offset=place,
        length=len(found[0]) if found else 1,
    )


def unclosed(text: str, began: int, _place: int) -> Fault:
    """A quote without its partner."""
    quote = text[began : began + 1]
    if quote == "'":
        help_ = "Put a ' behind the value's last character; an apostrophe inside of it is written ''."
    else:
        help_ = 'Put a " behind the value\'s last character; a quote inside of it is written \\".'
    return Fault("syntax", f"The {quote} that opens here is never closed.", help_, offset=began)


def escape(text: str, began: int, place: int) -> Fault:
    """A backslash in double quotes before what is no escape."""
    for found in _ESCAPE.finditer(text, began):
        if _GOOD_ESCAPE.fullmatch(found[0]):
            continue
        if re.match(r"\\u[Dd]", found[0]):
            return Fault(
                "syntax",
                "This escape is half of a character, which YAML does not know.",
                "Write the character itself, or \\U and its eight hexadecimal digits.",
                offset=found.start(),
                length=len(found[0]),
            )
        return Fault(
            "syntax",
            f"The escape {found[0][:2]} means nothing like this in double quotes.",
            "For a backslash write \\\\, or put the value in single quotes.",
            offset=found.start(),
            length=len(found[0]),
        )
    return Fault("syntax", "An escape here means nothing.", "Put the value in single quotes.", offset=place)


def block_header(text: str, began: int, _place: int) -> Fault:
    """Something behind ``|`` or ``>`` that may not stand there."""
    return Fault(
        "syntax",
        f"Behind {text[began : began + 1]} may stand only +, -, a digit from 1 to 9 and a comment.",
        "Start the text on the next line, indented; or put a value that starts with this character in quotes.",
        offset=began,
    )


def anchor(text: str, began: int, _place: int) -> Fault:
    """An anchor or an alias whose name is none."""
    found = _NAME.match(text, began)
    what = "alias" if text.startswith("*", began) else "anchor"
    return Fault(
        "syntax",
        f"A value that starts with {text[began : began + 1]} is read as an {what}, whose name has only the letters "
        "A to Z and a to z, digits, _ and -.",
        "Put the value in quotes, or change the name.",
        offset=began,
        length=len(found[0]) if found else 1,
    )


def tag(text: str, began: int, place: int) -> Fault:
    """A tag that is none."""
    found = _TAG.match(text, began) or _TAG.match(text, place)
    return Fault(
        "syntax",
        "A value that starts with ! is read as a tag, and this is none.",
        "Put the value in quotes.",
        offset=found.start() if found else place,
        length=len(found[0]) if found else 1,
    )
