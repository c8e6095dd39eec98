"""People as files in the project's style: a block each, words without quotes where YAML 1.2 needs none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.text.edit_data import list_lines, scalar

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
    return "".join(f"{line}\n" for line in list_lines([person], "  "))


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
