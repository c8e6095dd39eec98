"""Imported configurations and targets as YAML in the project's style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mailspec.text.edit_data import list_lines
from mailspec.workflow.importing.naming import Configuration, Target

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
            lines += list_lines([data], "  ")
    wanted = list(targets)
    if wanted:
        lines += ["", "targets:"] if chosen else ["targets:"]
        for target, path in wanted:
            words = {**target.words, "path": path}
            data = {"name": target.name, **words, "configuration": target.configuration, "adopt": True}
            lines += list_lines([data], "  ")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
