"""``docker run --env-file``: the rest of the line as it is, no quoting at all.

Source: the parser of Docker's command line, ``pkg/kvfile`` in docker/cli (read November 2026), and Docker's
reference of
``docker run --env-file``. Compose reads its ``env_file`` by other rules: use the dialect ``dotenv`` there.
"""

from __future__ import annotations

import re

from mailspec.targets.dialects.base import Assignment, own_newline

_LONGEST = 65_000  # bytes; the reader's line buffer holds 65,536
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")


class Docker:
    """Leading white space of a line, lines of ``#`` and a byte order mark are skipped; one CR at the end is
    dropped."""

    name = "docker"

    def parse(self, text: str) -> list[Assignment]:
        """Return each ``KEY=value`` line; a key with white space in it makes Docker refuse the file."""
        found: list[Assignment] = []
        for match in _LINE.finditer(text):
            line = match.group().removesuffix("\n").removesuffix("\r")
            at = match.start()
            if at == 0 and line.startswith("\ufeff"):
                line, at = line[1:], 1
            body = line.lstrip(" \t")
            at += len(line) - len(body)
            key, sign, value = body.partition("=")
            if body.startswith("#") or not sign or not key:
                continue
            value_start = at + len(key) + 1
            found.append(Assignment(key, value, at, match.end(), value_start, value_start + len(value)))
        return found

    def quote(self, value: str) -> str | None:
        """Return the value itself where a line can hold it."""
        if "\n" in value or "\0" in value or value.endswith("\r") or len(value.encode(errors="replace")) > _LONGEST:
            return None
        return value

    def why_not(self, value: str) -> str:
        """Say which of the rules is broken."""
        if "\n" in value:
            return "it holds a line break, and Docker's format knows no quoting"
        return f"it holds a NUL, ends with a carriage return, or is longer than {_LONGEST} bytes"

    def line(self, key: str, quoted: str) -> str:
        """Return ``KEY=value``."""
        return f"{key}={quoted}"

    def newline(self, text: str) -> str:
        """Return the text's own line end."""
        return own_newline(text)
