"""Files that a POSIX shell reads with ``.`` (``set -a`` or ``export``).

Source: POSIX.1-2017, Shell Command Language, 2.2 "Quoting" and 2.9.1 "Simple Commands"; the tests run dash
and bash.
Only plain assignments and ``export`` are understood. From the first piece of real shell code on (``if``, a
group, a
here-document) nothing counts as ours, so that a value is never put where it may not run.
"""

from __future__ import annotations

import re
import shlex

from mailspec.targets.dialects.base import Assignment
from mailspec.targets.dialects.shell_words import Word, command

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODE = frozenset(
    "if then else elif fi for while until do done case esac { } ! function [[ exit return".split()  # noqa: SIM905
)


class Sh:
    """Single quotes, double quotes, backslashes; a carriage return is part of the value, as the shell has
    it."""

    name = "sh"

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments that hold after the file was read; unknown code ends what is understood."""
        found: list[Assignment] = []
        at = 0
        while at < len(text):
            read = command(text, at)
            if read is None or (read.words and read.words[0].raw in _CODE):
                found += [
                    Assignment(match[0], None, at, at, at, at, editable=False) for match in _NAME.finditer(text, at)
                ]
                break
            found += _assignments(read.words, read.start, read.end)
            at = read.end
        return found

    def quote(self, value: str) -> str | None:
        """Return the value as one shell word."""
        return None if "\0" in value else shlex.quote(value)

    def why_not(self, value: str) -> str:  # noqa: ARG002
        """Say what no shell can hold."""
        return "it holds a NUL"

    def line(self, key: str, quoted: str) -> str:
        """Return an exported assignment: without ``export`` the program would not get it."""
        return f"export {key}={quoted}"

    def newline(self, text: str) -> str:  # noqa: ARG002
        """Return a line feed always: a shell takes the CR of a CRLF into the value."""
        return "\n"


def _assignments(words: list[Word], start: int, end: int) -> list[Assignment]:
    exported = bool(words) and words[0].raw in ("export", "readonly")
    rest = words[1:] if exported else words
    matches = [_ASSIGNMENT.match(word.raw) for word in rest]
    if not exported and not all(matches):
        return _mentioned(words, start, end)
    found: list[Assignment] = []
    for word, match in zip(rest, matches, strict=True):
        if match is None:
            found += [] if _NAME.fullmatch(word.raw) else _mentioned([word], start, end)
            continue
        key = match[1]
        value = None if word.value is None else word.value[len(key) + 1 :]
        alone = len(rest) == 1
        span = (start, end) if alone else (word.start, word.start)
        found.append(Assignment(key, value, *span, word.start + len(key) + 1, word.end))
    return found


def _mentioned(words: list[Word], start: int, end: int) -> list[Assignment]:
    """Return the names in a command: what it does with them cannot be known."""
    names = (name for word in words for name in _NAME.findall(word.raw))
    return [Assignment(name, None, start, end, start, end, editable=False) for name in names]
