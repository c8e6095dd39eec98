"""Imported configurations and targets as YAML in the project's style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailspec.workflow.importing.naming import Configuration, Target
from mailspec.workflow.people.people_yaml import scalar

MAIN = """\
# Made by mailspec import. The id keys the state, so it should stay.
version: 1

instance:
  id: {id}
"""


def file_text(
    source: str,
    notes: Iterable[str],
    configurations: Iterable[tuple[Configuration, str, Mapping[str, Any] | None]],
    targets: Iterable[tuple[Target, str]],
) -> str:
    """Return one file. Each configuration comes with its state and its password's reference, each target its path."""
    lines = [f"# Imported from {_comment(source)}.", *(f"# {_comment(note)}" for note in notes)]
    chosen = list(configurations)
    if chosen:
        lines.append("configurations:")
        for entry, state, reference in chosen:
            data = {"name": entry.name, "state": state, **entry.found.data}
            if reference is not None:
                data["auth"] = {**entry.found.data.get("auth", {}), "password": dict(reference)}
            lines += _item(data)
    wanted = list(targets)
    if wanted:
        lines += ["", "targets:"] if chosen else ["targets:"]
        for target, path in wanted:
            words = {**target.words, "path": path}
            data = {"name": target.name, **words, "configuration": target.configuration, "adopt": True}
            lines += _item(data)
    return "\n".join(lines) + "\n"


def _item(data: Mapping[str, Any]) -> Iterator[str]:
    for number, line in enumerate(_map(data, "")):
        yield ("  - " if number == 0 else "    ") + line


def _map(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and len(value) > 1:
            yield f"{indent}{key}:"
            yield from _map(value, indent + "  ")
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return scalar(value) if isinstance(value, str) else str(value)


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
