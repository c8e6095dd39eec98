"""Java's .properties files, read and edited by javaproperties (java.util.Properties, load and store)."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, newline_of


class PropertiesFile(Format):
    """One file of properties. What is not ASCII is written as escapes, which every Java reads."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return each key's last value; of a text that is damaged none."""
        from javaproperties import InvalidUEscapeError, loads

        try:
            return dict(loads(text))
        except InvalidUEscapeError:
            return {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys where they stand; new ones come at the end."""
        from javaproperties import InvalidUEscapeError, KeyValue, join_key_value, parse

        for name, value in wanted.items():
            problem = cannot_hold(name, value, lambda _name, _text: None)
            if problem is not None:
                return problem
        try:
            elements = list(parse(text))
        except InvalidUEscapeError:
            return TargetProblem("it is damaged: a \\u without four digits behind it", "correct the file by hand")
        newline = newline_of(text)
        last = {element.key: index for index, element in enumerate(elements) if isinstance(element, KeyValue)}
        parts: list[str] = []
        for index, element in enumerate(elements):
            if not isinstance(element, KeyValue) or element.key not in wanted:
                parts.append(element.source)
                continue
            value = wanted[element.key]
            if value is None or last[element.key] != index:
                continue
            same = element.value == value
            parts.append(element.source if same else join_key_value(element.key, value, "=") + newline)
        added = [
            join_key_value(name, value, "=") for name, value in wanted.items() if value is not None and name not in last
        ]
        if added and parts and not parts[-1].endswith("\n"):
            parts[-1] += newline
        return checked(self, text, "".join([*parts, *(line + newline for line in added)]), wanted)
