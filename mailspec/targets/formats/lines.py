"""Files of logical lines, one key each: Postfix's main.cf, master.cf and maps.

A line that starts with a blank goes on with the one before it; empty lines and comments end nothing (postconf(5),
master(5), postmap(1)). The last line of a key counts.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, newline_of, spliced

_BREAKS = re.compile(r"[\r\n\x00]")


class Line(NamedTuple):
    """One logical line: its text without line ends and comments, and where it stands in the file."""

    text: str
    start: int
    end: int


def logical_lines(text: str) -> Iterator[Line]:
    """Yield the logical lines. Comments and empty lines behind the last part of one are not part of it."""
    parts: list[str] = []
    start = end = at = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        empty = not bare.strip() or bare.lstrip().startswith("#")
        if not empty and bare[0].isspace() and parts:
            parts.append(bare.strip())
            end = at + len(line)
        elif not empty:
            if parts:
                yield Line(" ".join(parts), start, end)
            parts, start, end = [bare.strip()], at, at + len(line)
        at += len(line)
    if parts:
        yield Line(" ".join(parts), start, end)


class LineFormat(Format):
    """A key a logical line. Subclasses say how a line is split and written."""

    comment = "#"

    @abstractmethod
    def split(self, line: str) -> tuple[str, str] | None:
        """Return key and value of a logical line, ``None`` where it is none of ours."""

    @abstractmethod
    def write(self, key: str, value: str) -> str:
        """Return the line of a key, without its end."""

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why no line can hold a value."""
        if _BREAKS.search(value):
            return "it holds a line end or a NUL"
        if value != value.strip():
            return "a blank at its start or end would be lost"
        return None

    def parse(self, text: str) -> dict[str, str | None]:
        """Return each key's last value."""
        return {found[0]: found[1] for line in logical_lines(text) if (found := self.split(line.text)) is not None}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys; a key that stands there twice keeps its last place, where it counts."""
        places: dict[str, list[tuple[Line, str]]] = {}
        for line in logical_lines(text):
            found = self.split(line.text)
            if found is not None and found[0] in wanted:
                places.setdefault(found[0], []).append((line, found[1]))
        newline = newline_of(text)
        edits: list[tuple[int, int, str]] = []
        added: list[str] = []
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for key, value in wanted.items():
            there = places.get(key, [])
            kept = there[-1:] if value is not None else []
            edits += [(line.start, line.end, "") for line, _ in there if value is None or (line, _) not in kept]
            if value is None:
                continue
            if not kept:
                added.append(self.write(key, value))
            elif kept[0][1] != value:
                line = kept[0][0]
                ending = newline if text[line.start : line.end].endswith("\n") else ""
                edits.append((line.start, line.end, self.write(key, value) + ending))
        after = spliced(text, sorted(edits, reverse=True))
        if added:
            after += newline if after and not after.endswith("\n") else ""
            after += newline.join(added) + newline
        return checked(self, text, after, wanted)


class MainCf(LineFormat):
    """Postfix's main.cf: ``name = value``. The values are as they stand there, ``$`` included."""

    def split(self, line: str) -> tuple[str, str] | None:
        """Return the parameter and its raw value."""
        name, mark, value = line.partition("=")
        return (name.strip(), value.strip()) if mark and name.strip() else None

    def write(self, key: str, value: str) -> str:
        """Return the parameter's line."""
        return f"{key} = {value}".rstrip()


class MasterCf(LineFormat):
    """Postfix's master.cf: a service's name and type are its key (``smtp/inet``), the other fields its value."""

    def split(self, line: str) -> tuple[str, str] | None:
        """Return the service and its fields with one blank between them."""
        fields = line.split()
        return (f"{fields[0]}/{fields[1]}", " ".join(fields[2:])) if len(fields) > 2 else None

    def write(self, key: str, value: str) -> str:
        """Return the service's line."""
        name, _, kind = key.rpartition("/")
        return f"{name} {kind} {value}"

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no line can hold the fields of a service."""
        return super().why_not(key, value) or ("it holds two blanks in a row" if "  " in value else None)


class TextHash(LineFormat):
    """A ``texthash:`` map: a key, blanks, a value (DATABASE_README, postmap(1)). Keys are folded to lower case."""

    def split(self, line: str) -> tuple[str, str] | None:
        """Return the key and the value behind the first blanks."""
        fields = line.split(None, 1)
        return (fields[0].lower(), fields[1]) if len(fields) == 2 else None

    def write(self, key: str, value: str) -> str:
        """Return the entry's line."""
        return f"{key} {value}"

    def why_not(self, key: str, value: str) -> str | None:
        """Say why an entry cannot be."""
        if not value:
            return "a map has no empty values"
        if any(letter.isspace() for letter in key) or key.startswith("#") or key != key.lower():
            return "its key has a blank, a capital letter or starts with '#'"
        return super().why_not(key, value)


class LoginMap(Format):
    """A map of ``user:password`` entries, read as two keys each, ``KEY/user`` and ``KEY/password``."""

    comment = "#"

    _map = TextHash()

    def parse(self, text: str) -> dict[str, str | None]:
        """Return user and password of each entry."""
        found: dict[str, str | None] = {}
        for key, value in self._map.parse(text).items():
            user, _, password = (value or "").partition(":")
            found[f"{key}/user"], found[f"{key}/password"] = user, password
        return found

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove whole entries."""
        there = self.parse(text)
        entries: dict[str, str | None] = {}
        for key in dict.fromkeys(name.rpartition("/")[0] for name in wanted):
            user, password = (wanted.get(f"{key}/{part}", there.get(f"{key}/{part}")) for part in ("user", "password"))
            if user is not None and (":" in user or not user):
                return TargetProblem(f"the file cannot hold the user name of {key}: it has a ':' or is empty")
            entries[key] = None if user is None else f"{user}:{password or ''}"
        after = self._map.edit(text, entries)
        return after if isinstance(after, TargetProblem) else checked(self, text, after, wanted)
