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
from collections.abc import Iterable
from dataclasses import replace

from mailspec.targets.dialects.base import ANY, Assignment
from mailspec.targets.dialects.shell_words import Word, command

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODE = frozenset(
    "if then else elif fi for while until do done case esac { } ! function [[ exit return".split()  # noqa: SIM905
)


# Commands that set what they are told to, of which POSIX and bash have these; the first three run other texts.
_READERS = frozenset({".", "source", "eval"})
_SETTERS = frozenset({"export", "readonly", "declare", "typeset", "local", "read", "unset", "getopts", "printf"})
_READS = re.compile(r"(?:^|[\s;&|(){}])(?:\.|source|eval)\s", re.ASCII)
_DECLARES = re.compile(r"\b(?:export|readonly|declare|typeset)\b", re.ASCII)


class Sh:
    """Single quotes, double quotes, backslashes; a carriage return is part of the value, as the shell has
    it."""

    name = "sh"

    def parse(self, text: str) -> list[Assignment]:
        """Return the assignments that hold after the file was read; unknown code ends what is understood."""
        found: list[Assignment] = []
        fixed: set[str] = set()
        plain: dict[str, None] = {}  # names of which no command is known that may set them behind their assignment
        at = 0
        while at < len(text):
            read = command(text, at)
            if read is None or (read.words and read.words[0].raw in _CODE):
                found += _named((match[0] for match in _NAME.finditer(text, at)), at, at)
                if _reads(text, at):
                    found += _named(plain, at, at)
                break
            new = _assignments(read.words, read.start, read.end)
            # A shell refuses to set what is read-only.
            new = [replace(entry, editable=False) if entry.key in fixed else entry for entry in new]
            found += new
            for entry in new:
                if entry.editable or entry.value is not None:
                    plain[entry.key] = None
                else:
                    plain.pop(entry.key, None)
            if _any_name(read.words):
                found += _named(plain, read.start, read.end)
                plain = {}
                if _keeps(read.words):
                    found += _named([ANY], read.start, read.end)
            if _keeps(read.words):
                fixed |= {entry.key for entry in new}
            at = read.end
        return found

    def quote(self, value: str) -> str | None:
        """Return the value as one shell word."""
        if "\0" in value:
            return None
        quoted = shlex.quote(value)
        # zsh puts a program's path for "=name" without quotes (zshexpn(1), "=" expansion).
        return f"'{value}'" if quoted == value and re.search("(?:^|:)=", value) else quoted

    def why_not(self, value: str) -> str:  # noqa: ARG002
        """Say what no shell can hold."""
        return "it holds a NUL"

    def line(self, key: str, quoted: str) -> str:
        """Return an exported assignment: without ``export`` the program would not get it."""
        return f"export {key}={quoted}"

    def newline(self, text: str) -> str:  # noqa: ARG002
        """Return a line feed always: a shell takes the CR of a CRLF into the value."""
        return "\n"


def _reads(text: str, at: int) -> bool:
    """Tell whether code may set names that only running it would tell."""
    if _READS.search(text, at):
        return True
    for part in re.split(r"[\n;]", text[at:]):
        word = _DECLARES.search(part)
        if word is not None and ("$" in part[word.end() :] or "`" in part[word.end() :]):
            return True
    return False


def _program(words: list[Word]) -> str | None:
    """Return the command's name as the shell has it; ``None`` where it would be expanded."""
    return words[0].value if words else ""


def _keeps(words: list[Word]) -> bool:
    """Tell whether a command makes names read-only."""
    flags = "".join(word.raw for word in words[1:] if word.raw.startswith("-"))
    return _program(words) == "readonly" or (_program(words) in {"declare", "typeset"} and "r" in flags)


def _any_name(words: list[Word]) -> bool:
    """Tell whether a command may set names that nobody can read here."""
    if not words or _ASSIGNMENT.match(words[0].raw):
        return False
    program = _program(words)
    if program is None or program in _READERS:
        return True
    return program in _SETTERS and any(word.value is None and not _ASSIGNMENT.match(word.raw) for word in words[1:])


def _assignments(words: list[Word], start: int, end: int) -> list[Assignment]:
    exported = bool(words) and words[0].raw in ("export", "readonly")
    rest = words[1:] if exported else words
    if exported and any(word.raw.startswith("-") for word in rest):
        # "export -n" takes a name out of the environment.
        return _mentioned(rest, start, end)
    matches = [_ASSIGNMENT.match(word.raw) for word in rest]
    if not exported and not all(matches):
        return _mentioned(words, start, end)
    found: list[Assignment] = []
    for word, match in zip(rest, matches, strict=True):
        if match is None:
            # An exported name keeps its value; a read-only one can be given none any more.
            plain = _NAME.fullmatch(word.raw) and words[0].raw == "export"
            found += [] if plain else _mentioned([word], start, end)
            continue
        key = match[1]
        value = None if word.value is None else word.value[len(key) + 1 :]
        alone = len(rest) == 1
        span = (start, end) if alone else (word.start, word.start)
        found.append(Assignment(key, value, *span, word.start + len(key) + 1, word.end))
    return found


def _mentioned(words: list[Word], start: int, end: int) -> list[Assignment]:
    """Return the names in a command, quoted ones too: what it does with them cannot be known."""
    texts = [text for word in words for text in (word.raw, word.value or "")]
    return _named(dict.fromkeys(name for text in texts for name in _NAME.findall(text)), start, end)


def _named(names: Iterable[str], start: int, end: int) -> list[Assignment]:
    return [Assignment(name, None, start, end, start, end, editable=False) for name in names]
