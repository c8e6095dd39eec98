"""TOML files, edited by tomlkit. Keys are ``TABLE/KEY``, deeper ones ``TABLE/TABLE/KEY``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.base import UnreadableError, cannot_hold, checked, named
from mailspec.targets.formats.typed import Typed, shown, typed

_LARGEST_EDITED = 128 * 1024  # characters; tomlkit's time grows with the square of the number of tables
_LONG = re.compile(r"[^\n]{1000,}+")
_MOST_DOTS = 1_000


class TomlFile(Typed):
    """One TOML file; ``kinds`` tells which of our keys are numbers or booleans."""

    one_line = False
    comment = "#"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the values outside of lists; of a text that is no TOML none."""
        found = _data(text)
        return {} if found is None else named(self._values("", found))

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove our keys; a table that is missing is made at the end."""
        current = self.parse(text)
        document = _read(text)
        if isinstance(document, str):
            return TargetProblem(f"it is no TOML that mailspec can change: {document}", "correct the file by hand")
        import tomlkit

        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            kind = self.kinds.get(name, "text")
            *tables, key = name.split("/")
            table: Any = document
            for step in tables:
                if step not in table and value is not None:
                    table[step] = tomlkit.table()
                table = table.get(step)
                if table is None:
                    break
                if not hasattr(table, "get"):
                    return TargetProblem(f"{step} is no table there", "correct the file by hand")
            if table is None:
                continue
            if value is None:
                table.pop(key, None)
            elif current.get(name) != value:
                table[key] = typed(value, kind)
        after: str = tomlkit.dumps(document)
        if "\r\n" in text and "\n" not in text.replace("\r\n", ""):
            after = after.replace("\r\n", "\n").replace("\n", "\r\n")
        return checked(self, text, after, wanted, current)

    def _values(self, start: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
        for key, value in table.items():
            name = f"{start}{key}"
            if hasattr(value, "items"):
                yield from self._values(f"{name}/", value)
            elif not isinstance(value, list):
                plain = value.unwrap() if hasattr(value, "unwrap") else value
                yield name, shown(plain, self.kinds.get(name, "text"))


def _data(text: str) -> Mapping[str, Any] | None:
    """Return a text's data. Raises :class:`UnreadableError`."""
    for line in _LONG.finditer(text):
        if line[0].count(".") > _MOST_DOTS:
            # The standard library's reader looks at each beginning of a dotted key.
            raise UnreadableError(f"a line of it has more than {_MOST_DOTS} dots")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except ValueError:
        # tomlkit takes some texts that are none.
        found = _read(text) if len(text) <= _LARGEST_EDITED else ""
        return None if isinstance(found, str) else found


def _read(text: str) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if len(text) > _LARGEST_EDITED:
        return f"mailspec changes files of at most {_LARGEST_EDITED:,} characters"
    try:
        return tomlkit.parse(text)
    except RecursionError:
        return "it is nested too deeply"
    except (TOMLKitError, ValueError) as error:
        return f"{type(error).__name__} at {str(error).rpartition('at ')[2]}"
