"""People as files in the project's style: a block each, words without quotes where YAML 1.2 needs none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mailspec.text import invisible

# Text that every YAML 1.2 reader takes as text, in block and in flow style: no indicator, nothing like a number,
# true, null or a date.
_PLAIN = re.compile(r"[^\W\d_][\w.@+/-]*(?: [\w.@+/-]+)*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


MARK = "# Imported from "


def people_yaml(people: Sequence[dict[str, Any]], source: str, groups: Sequence[dict[str, Any]] = ()) -> str:
    """Return one file with the sections ``users`` and ``groups``, without those that are empty."""
    text = f"{MARK}{_comment(source)}.\n"
    if people or not groups:
        text += "users:\n" + "".join(map(_person, people))
    if groups:
        text += "groups:\n" + "".join(map(_group, groups))
    return text


def imported_from(text: str) -> str | None:
    """Return the table that a file was made from, ``None`` where an import did not make it."""
    first = text.partition("\n")[0].rstrip("\r")
    return first.removeprefix(MARK).removesuffix(".") if first.startswith(MARK) else None


def _group(group: dict[str, Any]) -> str:
    members = "".join(f"      - {scalar(member)}\n" for member in group["members"])
    return f"  - name: {scalar(group['name'])}\n    members:\n{members}"


def _person(person: dict[str, Any]) -> str:
    lines = list(_map(person, ""))
    return "  - " + "\n    ".join(lines) + "\n"


def _map(data: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict) and len(value) > 1:
            yield f"{indent}{key}:"
            yield from _map(value, indent + "  ")
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value) if isinstance(value, str) else str(value)


def scalar(text: str) -> str:
    """Return a text as a YAML scalar: plain where that is safe everywhere, else in double quotes."""
    unseen = {offset for offset, _name in invisible(text)}
    if not unseen and _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    # What cannot be seen is written as an escape, so that readers see it (MS008).
    return '"' + "".join(_quoted(letter, at in unseen) for at, letter in enumerate(text)) + '"'


def _quoted(letter: str, unseen: bool) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable() and not unseen:
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
