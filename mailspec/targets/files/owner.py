"""Whose a file is: a comment in it says instance and environment, or a small file beside one without comments."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.targets.base import Format
from mailspec.targets.formats.base import newline_of

_SAYS = r"mailspec (?P<owner>instance=\S+ environment=\S+)"
_KEY = "owner"


def owner_in(text: str, comment: str | None = None) -> str:
    """Return what the first mark in a text says, empty where there is none; without ``comment`` by any sign.

    >>> owner_in("[mail]\\n; mailspec instance=acme environment=base\\n")
    'instance=acme environment=base'
    """
    found = re.search(_line(comment), text, re.MULTILINE)
    return "" if found is None else found["owner"]


def marked(text: str, comment: str, owner: str) -> str:
    """Return the text with its mark: where it stands already, else as the first line. An empty text needs none.

    >>> marked("A=1\\n", "#", "instance=acme environment=base")
    '# mailspec instance=acme environment=base\\nA=1\\n'
    """
    line = f"{comment} mailspec {owner}"
    if not text or not owner:
        return text
    if owner_in(text, comment):
        return re.sub(_line(comment), lambda _found: line, text, count=1, flags=re.MULTILINE)
    start = len("\ufeff") if text.startswith("\ufeff") else 0
    # A program's name and an encoding count in the first two lines alone.
    head = re.compile(r"(?:#!.*\n)?(?:#(?>.*coding[:=]).*\n)?").match(text, start)
    start = start if head is None else head.end()
    return text[:start] + line + newline_of(text) + text[start:]


def _line(comment: str | None) -> str:
    sign = r"\S{1,4}" if comment is None else re.escape(comment)
    return rf"^{sign} {_SAYS}(?=\r?$)"


class OwnerFile(Format):
    """The small file beside one that has no comments: one line."""

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the owner."""
        found = re.fullmatch(rf"{_SAYS}\r?\n?", text)
        return {} if found is None else {_KEY: found["owner"]}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str:  # noqa: ARG002
        """Return the line anew."""
        return f"mailspec {wanted[_KEY]}\n"
