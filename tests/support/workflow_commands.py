"""Reads a log as GitHub's runner does (actions/runner, ActionCommand.cs, 2026-11), to see which commands it finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


class Command(NamedTuple):
    """One command: its word, its properties and its data, unescaped."""

    word: str
    properties: dict[str, str]
    data: str


def _unescape(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for escaped, plain in pairs:
        text = text.replace(escaped, plain)
    return text


def _properties(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(",") if part)
    return {pair[0].strip(): _unescape(pair[1], _PROPERTY) for pair in pairs if len(pair) == 2}


def command_in(line: str) -> Command | None:
    """Return the command of one line: ``::word name=value::data`` at its start, or the older ``##[word]`` anywhere."""
    start = line.lstrip()
    if start.startswith("::") and "::" in start[2:]:
        head, _, data = start[2:].partition("::")
        word, _, rest = head.partition(" ")
        return Command(word, _properties(rest), _unescape(data, _DATA))
    _, found, after = line.partition("##[")
    if found and "]" in after:
        head, _, data = after.partition("]")
        return Command(head.partition(" ")[0], {}, data)
    return None


def commands(log: str) -> list[Command]:
    """Return all commands that the runner would carry out; between stop-commands and its word there are none."""
    found, waiting = [], None
    # The runner reads lines as .NET does: \n, \r\n and \r end one.
    for line in log.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        held = command_in(line)
        if held is None:
            continue
        if waiting is not None:
            waiting = None if held.word == waiting else waiting
        elif held.word == "stop-commands":
            waiting = held.data
        else:
            found.append(held)
    return found


@pytest.fixture
def workflow_commands() -> Callable[[str], list[Command]]:
    """``workflow_commands(log) -> [Command(word, properties, data)]``."""
    return commands
