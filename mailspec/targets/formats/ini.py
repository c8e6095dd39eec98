"""INI files: ``[section]`` and ``key = value`` lines. Keys are ``SECTION/KEY``; those above the first section ``/KEY``.

Readers differ in quoting, in what an indented line is and in where a comment starts, so that each is a dialect:
go-ini (Gitea, Forgejo), Grafana's go-ini, and Git's own (git-config(1)). configupdater takes an indented line for a
continuation, as Python's configparser does, and these three do not: it is the second reader of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple, Protocol

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, named, newline_of, spliced

_SECTION = re.compile(r"[ \t]*\[(?P<name>[^\]\r\n]*)\]")
_GIT_SECTION = re.compile(r'[ \t]*\[(?P<name>[A-Za-z0-9.-]+(?:[ \t]+"(?:[^"\\\r\n]|\\.)*")?)\]')
_KEY = re.compile(r"[ \t]*+(?P<key>[^\s=:;#\[][^=:\r\n]*+)[=:][ \t]*+")  # with the blanks behind the key
_SAFE = re.compile(r"[A-Za-z0-9@._/+-](?:[A-Za-z0-9@._:/+ -]*[A-Za-z0-9@._/+-])?")


class IniDialect(Protocol):
    """How one reader takes values. ``section`` and ``key`` match a header and what stands before a value."""

    section: re.Pattern[str]
    key: re.Pattern[str]
    folds: bool  # whether the case of keys and of sections counts not

    def value(self, text: str, at: int) -> tuple[str, int]:
        """Return the value that starts at an offset, and the offset behind it, before its line's end."""

    def quote(self, value: str) -> str:
        """Return a value as the reader takes it."""

    def why_not(self, value: str) -> str | None:
        """Say why a value cannot be written."""


class GoIni:
    """go-ini 1.66 as Gitea and Forgejo use it: what has a ``#`` or ``;`` stands in backticks or ``\"\"\"``."""

    section, key, folds = _SECTION, _KEY, False

    def value(self, text: str, at: int) -> tuple[str, int]:
        """Read backticks, three quotes, or the line up to a comment."""
        for mark in ('"""', "`") if text.startswith(('"', "`"), at) else ():
            if text.startswith(mark, at):
                end = text.find(mark, at + len(mark))
                if end >= 0:
                    return text[at + len(mark) : end], end + len(mark)
        bare = text[at : _line_end(text, at)]
        if "#" in bare or ";" in bare:
            bare = bare.partition("#")[0].partition(";")[0]
        bare = bare.rstrip()
        behind = at + len(bare)
        if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"":
            bare = bare[1:-1]
        return bare, behind

    def quote(self, value: str) -> str:
        """Return a plain text as it is, all others in backticks, or in three quotes where they hold one."""
        if _SAFE.fullmatch(value) or not value:
            return value
        return f'"""{value}"""' if "`" in value else f"`{value}`"

    def why_not(self, value: str) -> str | None:
        """Say what go-ini would take for something else."""
        if re.search(r"[\r\n\0]", value):
            return "it holds a line end or a NUL"
        if re.search(r"%\([^)]+\)s", value):
            return "go-ini would put another key's value for %(...)s in it"
        if "`" in value and ('"""' in value or value.endswith('"')):
            return "it holds a backtick and three quotes, or a quote at its end"
        return None


class Grafana(GoIni):
    """Grafana's own reading on top of go-ini: ``${NAME}`` and ``$__file{...}`` are replaced (its expanders.go)."""

    def why_not(self, value: str) -> str | None:
        """Say what Grafana would replace."""
        if re.search(r"\$(?:__\w+)?\{[^}]+\}", value):
            return "Grafana would put a variable or a file for ${...} in it"
        return super().why_not(value)


class GitConfig:
    """Git's configuration (git-config(1), Syntax): names of any case, double quotes with backslashes."""

    section, key, folds = _GIT_SECTION, re.compile(r"[ \t]*(?P<key>[A-Za-z][A-Za-z0-9-]*)[ \t]*=[ \t]*"), True
    _plain: ClassVar = re.compile(r"""[^\\\r\n#;"]++""")
    _escapes: ClassVar = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}

    def value(self, text: str, at: int) -> tuple[str, int]:
        """Read parts in quotes and outside, up to a comment or the line's end; a backslash before it goes on."""
        found: list[str] = []
        quoted, solid, place, end = False, 0, at, at
        while place < len(text):
            letter = text[place]
            plain = self._plain.match(text, place)
            if plain is not None:
                place = plain.end()
                found.append(plain[0])
                bare = plain[0] if quoted else plain[0].rstrip()
                if bare:
                    found[-1:] = bare, plain[0][len(bare) :]
                    solid, end = len(found) - 1, plain.start() + len(bare)
                continue
            if letter == "\\" and place + 1 < len(text):
                following = text[place + 1]
                if following == "\n" or text.startswith("\r\n", place + 1):
                    place = text.index("\n", place) + 1
                    continue
                found.append(self._escapes.get(following, following))
                place += 2
                solid, end = len(found), place
                continue
            if letter in "\r\n" and (letter == "\n" or text.startswith("\r\n", place)):
                break
            if letter in "#;" and not quoted:
                break
            place += 1
            if letter == '"':
                quoted = not quoted
                solid, end = len(found), place
                continue
            found.append(letter)
            if quoted or not letter.isspace():
                solid, end = len(found), place
        return "".join(found[:solid]), end

    def quote(self, value: str) -> str:
        """Return a value in double quotes with what has to be escaped."""
        if _SAFE.fullmatch(value):
            return value
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t")):
            value = value.replace(plain, escaped)
        return f'"{value}"'

    def why_not(self, value: str) -> str | None:
        """Say what Git's reader cannot be given in one line."""
        return "it holds a line end or a NUL" if re.search(r"[\r\n\0]", value) else None


INI_DIALECTS: dict[str, IniDialect] = {"go_ini": GoIni(), "grafana": Grafana(), "git": GitConfig()}


# Lines that say nothing; many of them are passed at once.
_NOTHING = re.compile(r"(?:[^\S\n]*+(?:[#;][^\n]*+)?+\n)++")


class _Entry(NamedTuple):
    section: str
    key: str
    value: str
    start: int
    value_start: int
    value_end: int
    end: int


class _Line(NamedTuple):
    """A header has a ``section``, a key an ``entry``, all others neither; ``end`` is the offset behind it."""

    section: str | None
    entry: _Entry | None
    end: int


class IniFile(Format):
    """One INI file in a reader's dialect."""

    comment = "#"

    def __init__(self, dialect: IniDialect) -> None:
        self.dialect = dialect

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why the dialect has no form for a value."""
        return self.dialect.why_not(value)

    def parse(self, text: str) -> dict[str, str | None]:
        """Return each key's last value."""
        return named((name, entry.value) for name, entry in self._entries(self._lines(text)))

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys; a new one stands at its section's end."""
        lines = list(self._lines(text))
        entries = list(self._entries(lines))
        current = named((name, entry.value) for name, entry in entries)
        places: dict[str, list[_Entry]] = {self._fold(name): [] for name in wanted}
        for name, entry in entries:
            if name in places:
                places[name].append(entry)
        edits: list[tuple[int, int, str]] = []
        added: dict[str, list[str]] = {}
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            section, _, key = name.rpartition("/")
            there = places[self._fold(name)]
            kept = there[-1] if there and value is not None else None
            edits += [(entry.start, entry.end, "") for entry in there if entry is not kept]
            if value is None:
                continue
            if kept is None:
                added.setdefault(section, []).append(f"{key} = {self.dialect.quote(value)}".rstrip())
            elif kept.value != value:
                edits.append((kept.value_start, kept.value_end, self.dialect.quote(value)))
        insertions = self._insertions(text, lines, added, newline_of(text))
        after = spliced(text, sorted([*edits, *insertions], key=_place, reverse=True))
        return checked(self, text, after, {self._fold(name): value for name, value in wanted.items()}, current)

    def _insertions(
        self, text: str, lines: Iterable[_Line], added: Mapping[str, list[str]], newline: str
    ) -> Iterator[tuple[int, int, str]]:
        ends = {self._fold(name): end for name, end in _sections(lines)} if added else {}
        behind = ""
        for section, new in added.items():
            place = ends.get(self._fold(section))
            block = newline.join(new) + newline
            if place is None:
                gap = newline if text or behind else ""
                behind += f"{gap}[{section}]{newline}{block}"
                continue
            lead = newline if place and text[place - 1] != "\n" else ""
            yield place, place, lead + block
        if behind:
            lead = newline if text and not text.endswith("\n") else ""
            yield len(text), len(text), lead + behind

    def _entries(self, lines: Iterable[_Line]) -> Iterator[tuple[str, _Entry]]:
        for line in lines:
            if line.entry is not None:
                yield self._fold(f"{line.entry.section}/{line.entry.key}"), line.entry

    def _lines(self, text: str) -> Iterator[_Line]:
        """Yield the lines that say something."""
        at, section = 0, ""
        while at < len(text):
            nothing = _NOTHING.match(text, at)
            if nothing is not None:
                at = nothing.end()
                continue
            end = _behind_line(text, at)
            first = text[at:end].lstrip()[:1]
            header = self.dialect.section.match(text, at) if first == "[" else None
            key = self.dialect.key.match(text, at) if first != "[" else None
            if header is not None:
                section = header["name"].strip()
                yield _Line(section, None, end)
            elif key is not None and key.end() <= end and first not in "#;":
                value, behind = self.dialect.value(text, key.end())
                end = _behind_line(text, behind)
                name = key["key"].rstrip(" \t").strip('`"')
                yield _Line(None, _Entry(section, name, value, at, key.end(), behind, end), end)
            elif first and first not in "#;":
                yield _Line(None, None, end)
            at = end

    def _fold(self, name: str) -> str:
        if not self.dialect.folds:
            return name
        section, _, key = name.rpartition("/")
        word, mark, rest = section.partition(" ")
        return f"{word.lower()}{mark}{rest}/{key.lower()}"


def _sections(lines: Iterable[_Line]) -> Iterator[tuple[str, int]]:
    """Yield each section with the offset behind its last key, or behind its header; the first has no name.

    Comments behind the last key often head the next section.
    """
    name, solid = "", 0
    for line in lines:
        if line.section is not None:
            yield name, solid
            name = line.section
        solid = line.end
    yield name, solid


def _place(edit: tuple[int, int, str]) -> tuple[int, int]:
    return edit[0], edit[1]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def _behind_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
