"""Settings as assignments of literals: Python modules (Django) and Ruby's gitlab.rb. Code beside them is not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.base import UnreadableError, cannot_hold, checked, named, newline_of, spliced
from mailspec.targets.formats.typed import Typed, shown, typed

_LARGEST_MODULE = 256 * 1024  # characters; Python's parser takes a second for it


class _Place(NamedTuple):
    value: Any  # a literal's value, or an expression's None
    start: int
    end: int
    value_start: int
    value_end: int


class PythonFile(Typed):
    """A module of ``NAME = literal`` lines. Keys are ``NAME``, or ``NAME/KEY/KEY`` inside of a map."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the literals that names have at the module's top level; other values are ``None``."""
        found = _assigned(text)
        return {} if isinstance(found, str) else named(self._values(found))

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our names; new ones come at the end."""
        places = _assigned(text)
        if isinstance(places, str):
            return TargetProblem(f"it is no Python: {places}", "correct the file by hand")
        current = named(self._values(places))
        values: dict[str, Any] = {}
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            kind = self.kinds.get(name, "text")
            head, *steps = name.split("/")
            there = places.get(head)
            base = values.get(head, there[-1].value if there and steps else None)
            if steps and there and not isinstance(base, dict | None):
                return TargetProblem(f"{head} is no map there", f"give {head} a map, or remove it")
            values[head] = _set(base, steps, None if value is None else typed(value, kind))
        edits: list[tuple[int, int, str]] = []
        added: list[str] = []
        for head, value in values.items():
            there = places.get(head, [])
            kept = there[-1] if there and value is not None else None
            edits += [(place.start, place.end, "") for place in there if place is not kept]
            if value is None:
                continue
            if kept is None:
                added.append(f"{head} = {value!r}")
            elif kept.value != value or type(kept.value) is not type(value):
                edits.append((kept.value_start, kept.value_end, repr(value)))
        return checked(self, text, _applied(text, edits, added), wanted, current)

    def _values(self, places: Mapping[str, list[_Place]]) -> Iterator[tuple[str, str | None]]:
        for name, found in places.items():
            yield from self._named(name, found[-1].value)

    def _named(self, name: str, value: Any) -> Iterator[tuple[str, str | None]]:
        if isinstance(value, dict):
            for key, entry in value.items():
                yield from self._named(f"{name}/{key}", entry)
        else:
            yield name, None if value is None else shown(value, self.kinds.get(name, "text"))


def _set(base: Any, steps: list[str], value: Any) -> Any:
    """Return a map in which a value is set or removed; an empty one is none."""
    if not steps:
        return value
    tree = dict(base or {})
    inner = _set(tree.get(steps[0]), steps[1:], value)
    if inner is None:
        tree.pop(steps[0], None)
    else:
        tree[steps[0]] = inner
    return tree or None


def _assigned(text: str) -> dict[str, list[_Place]] | str:
    """Return the assignments of a module by name, or why it cannot be read."""
    if len(text) > _LARGEST_MODULE:
        raise UnreadableError(f"a module of settings has at most {_LARGEST_MODULE:,} characters here")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return f"line {error.lineno}" if isinstance(error, SyntaxError) else "it holds a NUL"
    except (MemoryError, RecursionError):
        return "it is nested too deeply"
    offsets = _Offsets(text)
    found: dict[str, list[_Place]] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            continue
        try:
            value = ast.literal_eval(node.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            value = None
        start = offsets.at(node.lineno, node.col_offset)
        value_start = offsets.at(node.value.lineno, node.value.col_offset)
        end = offsets.at(node.value.end_lineno or 0, node.value.end_col_offset or 0)
        behind = text.find("\n", end)
        place = _Place(value, start, len(text) if behind < 0 else behind + 1, value_start, end)
        found.setdefault(node.targets[0].id, []).append(place)
    return found


class _Offsets:
    """Places by line and column, which Python counts in UTF-8 bytes. They are asked for in the order of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [0]
        self.lines += [match.end() for match in re.finditer(r"\r\n?|\n|\f", text) if match[0] != "\f"]
        self.ascii = text.isascii()
        self.line, self.column, self.place = 0, 0, 0

    def at(self, line: int, column: int) -> int:
        """Return the offset in characters."""
        start = self.lines[line - 1]
        if self.ascii:
            return start + column
        if line != self.line or column < self.column:
            self.line, self.column, self.place = line, 0, start
        # A character has a byte at least, so that the column lies within as many characters.
        more = column - self.column
        raw = self.text[self.place : self.place + more].encode("utf-8", "surrogateescape")[:more]
        self.column, self.place = column, self.place + len(raw.decode("utf-8", "surrogateescape"))
        return self.place


def _applied(text: str, edits: list[tuple[int, int, str]], added: list[str]) -> str:
    newline = newline_of(text)
    text = spliced(text, sorted(edits, reverse=True))
    if added:
        text += newline if text and not text.endswith("\n") else ""
        text += newline.join(added) + newline
    return text


_RUBY = re.compile(
    r"^[ \t]*+(?P<name>[a-z_]++)\[(?P<mark>['\"])(?P<key>\w++)(?P=mark)\][ \t]*+=[ \t]*+"
    r"(?P<value>'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\#]|\\.)*+\"|-?[0-9]++|true|false|[^\r\n# \t]*+(?:[ \t]++[^\r\n# \t]++)*+)"
    r"[ \t]*+(?:#[^\r\n]*+)?(?:\r?\n|\Z)",
    re.MULTILINE,
)


class RubyFile(Typed):
    """gitlab.rb: lines of ``NAME['KEY'] = literal``. Keys are ``NAME/KEY``."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the literals; what only Ruby could tell is ``None``."""
        found: dict[str, str | None] = {}
        for match in _RUBY.finditer(text):
            name = f"{match['name']}/{match['key']}"
            value = _ruby(match["value"])
            found[name] = None if value is None else shown(value, self.kinds.get(name, "text"))
        return found

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our lines; new ones come at the end."""
        places: dict[str, list[re.Match[str]]] = {}
        for match in _RUBY.finditer(text):
            places.setdefault(f"{match['name']}/{match['key']}", []).append(match)
        edits: list[tuple[int, int, str]] = []
        added: list[str] = []
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            kind = self.kinds.get(name, "text")
            there = places.get(name, [])
            kept = there[-1] if there and value is not None else None
            edits += [(*match.span(), "") for match in there if match is not kept]
            if value is None:
                continue
            written = _ruby_literal(typed(value, kind))
            head, _, key = name.partition("/")
            if kept is None:
                added.append(f"{head}['{key}'] = {written}")
            elif self.parse(kept[0]).get(name) != value:
                edits.append((*kept.span("value"), written))
        return checked(self, text, _applied(text, edits, added), wanted)


def _ruby(text: str) -> str | int | bool | None:
    """Return a literal's value; double quotes with an escape or an interpolation are left to Ruby."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return re.sub(r"\\([\\'])", r"\1", text[1:-1])
    if len(text) > 1 and text[0] == text[-1] == '"' and "\\" not in text:
        return text[1:-1]
    return None


def _ruby_literal(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # In single quotes Ruby knows two escapes.
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
