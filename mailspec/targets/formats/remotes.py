"""Files of few lines of which all are ours: nullmailer's remotes and helohost, Exim's passwd.client.

Comments and empty lines stay; of the others, those that a key names change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, newline_of
from mailspec.targets.formats.lines import LineFormat

_BREAKS = re.compile(r"[\r\n\x00]")


class OneLine(Format):
    """All lines that say something are one key's value; another program's second line would be one more relay."""

    def __init__(self, key: str) -> None:
        self.key = key

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why the line cannot be the value."""
        if _BREAKS.search(value):
            return "it holds a line end or a NUL"
        return "a blank at its start or end would be lost" if value != value.strip() else None

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the value: the line, or all of them with blanks and a bar between."""
        lines = [line.strip() for line in text.splitlines() if _says(line)]
        return {self.key: " | ".join(lines)} if lines else {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Put our line where the first one was."""
        value = wanted.get(self.key)
        problem = cannot_hold({self.key: value}, self.why_not)
        if problem is not None:
            return problem
        if self.key not in wanted or self.parse(text).get(self.key) == value:
            return text
        newline = newline_of(text)
        lines = text.splitlines(keepends=True)
        place = next((index for index, line in enumerate(lines) if _says(line)), len(lines))
        kept = [line if line.endswith("\n") else line + newline for line in lines if not _says(line)]
        if value is not None:
            kept.insert(min(place, len(kept)), value + newline)
        return checked(self, text, "".join(kept), wanted)


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


class Passwords(LineFormat):
    """Exim's passwd.client: ``HOST:USER:PASSWORD`` lines; the key is the host."""

    def split(self, line: str) -> tuple[str, str] | None:
        """Return the host, and user and password as they stand there."""
        host, mark, rest = line.partition(":")
        return (host.strip(), rest) if mark and host.strip() else None

    def write(self, key: str, value: str) -> str:
        """Return the line of a host."""
        return f"{key}:{value}"
