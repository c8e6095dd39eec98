"""Java's .properties files, read and edited by javaproperties (java.util.Properties, load and store)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, newline_of

if TYPE_CHECKING:
    from javaproperties import PropertiesElement

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")


def _elements(text: str) -> Iterator[tuple[PropertiesElement, str]]:
    """Yield what the library finds, each with its text.

    It is given logical lines that are joined already: by itself it looks at the whole of what it has joined so far once
    more for each line that goes on. Raises ``javaproperties.InvalidUEscapeError``.
    """
    from javaproperties import parse

    if "\\\n" in text or "\\\r" in text:
        lines = list(_logical(text))
        yield from zip(parse("".join(line for _, line in lines)), (source for source, _ in lines), strict=True)
    else:
        for element in parse(text):
            yield element, element.source


def _logical(text: str) -> Iterator[tuple[str, str]]:
    """Yield each logical line as it stands there, and in one line (java.util.Properties, load)."""
    at = start = 0
    parts: list[str] = []
    while at < len(text):
        found = _LINE.match(text, at)
        end = len(text) if found is None else found.end()
        line = text[at:end]
        body = line.rstrip("\r\n")
        bare = body.lstrip(" \t\f")
        if parts:
            body = bare
        is_comment = not parts and bare.startswith(("#", "!"))
        backslashes = len(body) - len(body.rstrip("\\"))
        goes_on = not is_comment and backslashes % 2 == 1
        if goes_on and end < len(text):
            parts.append(body[:-1])
        else:
            joined = "".join([*parts, body, line[len(line.rstrip("\r\n")) :]])
            # Behind nothing but a backslash, what starts like a comment is a key.
            is_key = parts and joined.lstrip(" \t\f").startswith(("#", "!"))
            yield text[start:end], "\\" + joined.lstrip(" \t\f") if is_key else joined
            parts, start = [], end
        at = end


class PropertiesFile(Format):
    """One file of properties. What is not ASCII is written as escapes, which every Java reads."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return each key's last value; of a text that is damaged none."""
        from javaproperties import InvalidUEscapeError, KeyValue

        try:
            return {item.key: item.value for item, _ in _elements(text) if isinstance(item, KeyValue)}
        except InvalidUEscapeError:
            return {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys where they stand; new ones come at the end."""
        from javaproperties import InvalidUEscapeError, KeyValue, join_key_value

        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        try:
            elements = list(_elements(text))
        except InvalidUEscapeError:
            return TargetProblem("it is damaged: a \\u without four digits behind it", "correct the file by hand")
        newline = newline_of(text)
        last = {element.key: index for index, (element, _) in enumerate(elements) if isinstance(element, KeyValue)}
        there: dict[str, str | None] = {
            element.key: element.value for element, _ in elements if isinstance(element, KeyValue)
        }
        parts: list[str] = []
        for index, (element, source) in enumerate(elements):
            if not isinstance(element, KeyValue) or element.key not in wanted:
                parts.append(source)
                continue
            value = wanted[element.key]
            if value is None or last[element.key] != index:
                continue
            same = element.value == value
            parts.append(source if same else join_key_value(element.key, value, "=") + newline)
        added = [
            join_key_value(name, value, "=") for name, value in wanted.items() if value is not None and name not in last
        ]
        if added and parts and not parts[-1].endswith("\n"):
            parts[-1] += newline
        return checked(self, text, "".join([*parts, *(line + newline for line in added)]), wanted, there)
