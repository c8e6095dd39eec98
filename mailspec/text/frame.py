"""What stands around the one document of a file: directives before it, markers and second documents behind it."""

from __future__ import annotations

import re

from mailspec.text.faults import Fault

_COMMENT_LINES = r"(?:[ \t]*+(?:#[^\r\n]*+)?(?:\r\n?|\n))*+"
_DIRECTIVE = rf"{_COMMENT_LINES}%"
_VERSION = rf"({_COMMENT_LINES})%YAML[ \t]+(\d+\.\d+)(?:[ \t]++(?:#[^\r\n]*+)?)?(?=[\r\n])"
_START = rf"{_COMMENT_LINES}---(?=[ \t\r\n]|\Z)"
_BEHIND = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
_MARKER = r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)"


def directives(text: str) -> tuple[str, Fault | None]:
    """Return the text with ``%YAML 1.2`` made a comment of the same length, and what is wrong with directives."""
    directive = re.match(_DIRECTIVE, text)
    if directive is None:
        return text, None
    place = directive.end() - 1
    version = re.match(_VERSION, text)
    if version is None:
        return text, _fault(
            "Directives (lines that start with %) are not read.", "Remove the line, and use no tags of its kind.", place
        )
    if version[2] != "1.2":
        return text, _fault(
            f"This file says that it is YAML {version[2]}; it is read as YAML 1.2, where some values differ.",
            "Remove the line, and write booleans as true and false.",
            place,
        )
    if re.compile(_START).match(text, version.end()) is None:
        return text, _fault("Behind a %YAML line the document must start with ---.", "Remove the line.", place)
    return f"{text[:place]}#{text[place + 1 :]}", None


def behind(text: str, end: int, *, root: int = -1) -> Fault | None:
    """Return what is wrong with the text behind the document's last node: nothing but comments may stand there.

    ``root`` is the offset of a document that is a single scalar.
    """
    if not text[end:].strip(" \t\r\n"):
        return None
    place = re.compile(_BEHIND).match(text, end).end()  # type: ignore[union-attr]
    if place == len(text):
        return None
    marker = re.compile(_MARKER).match(text, place) if _starts_line(text, place) else None
    if marker is None:
        from mailspec.text import syntax_block

        if root >= 0 and text[place] == ":":
            return syntax_block.no_colon(text, root, place)
        wrong = syntax_block.percent_here if text[place] == "%" else syntax_block.does_not_fit
        return wrong(text, place, place)
    if marker[0] == "...":
        again = re.compile(_BEHIND).match(text, place + 3).end()  # type: ignore[union-attr]
        if again == len(text):
            return None
        place = again
    return Fault(
        "documents",
        "A second document starts here; a file holds one.",
        "Remove it, or move it into a file of its own.",
        offset=place,
        length=3 if text.startswith("---", place) else 1,
    )


def _starts_line(text: str, place: int) -> bool:
    return place == 0 or text[place - 1] in "\r\n"


def _fault(message: str, help_: str, offset: int) -> Fault:
    return Fault("syntax", message, help_, offset=offset)
