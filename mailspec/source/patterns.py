"""The patterns of ``include``: shell patterns part by part, ``**`` for any number of folders."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

_WILD = frozenset("*?[")


def leads_out(pattern: str) -> bool:
    """Tell whether a pattern names what cannot be in the project."""
    return pattern.startswith("/") or ".." in pattern.split("/")


def is_wild(pattern: str) -> bool:
    """Tell whether a pattern may name any number of files, none included."""
    return not _WILD.isdisjoint(pattern)


def start_of(pattern: str) -> str:
    """Return the folder below which everything lies that a pattern can name, ``""`` for the project.

    >>> start_of("teams/*/mail.yml"), start_of("**/*.yml"), start_of("./mail/extra.yml")
    ('teams', '', 'mail')
    """
    fixed = []
    for part in _parts(pattern)[:-1]:
        if is_wild(part):
            break
        fixed.append(part)
    return "/".join(fixed)


def matches(inside: str, pattern: str) -> bool:
    """Tell whether a path in the project, with ``/``, is one that a pattern names.

    Takes time proportional to both lengths, however many ``**`` there are.
    """
    wanted = _parts(pattern)
    return len(wanted) in _reached(inside, wanted)


def leads_to(folder: str, pattern: str) -> bool:
    """Tell whether something that a pattern names may lie in a folder of the project, or below it.

    >>> leads_to("teams/a", "teams/*/mail.yml"), leads_to("users", "teams/*/mail.yml"), leads_to("a.yml", "*.yml")
    (True, False, False)
    """
    wanted = _parts(pattern)
    return any(state < len(wanted) for state in _reached(folder, wanted))


def _reached(inside: str, wanted: list[str]) -> set[int]:
    """Return the places in a pattern that may come next after a path."""
    states = _skipping({0}, wanted)
    for part in inside.split("/"):
        states = _skipping(
            {
                state if wanted[state] == "**" else state + 1
                for state in states
                if state < len(wanted) and (wanted[state] == "**" or fnmatchcase(part, wanted[state]))
            },
            wanted,
        )
    return states


def _skipping(states: Iterable[int], wanted: list[str]) -> set[int]:
    """Add the places that are reached because ``**`` may stand for no folder at all."""
    reached = set(states)
    for state in states:
        while state < len(wanted) and wanted[state] == "**":
            state += 1
            reached.add(state)
    return reached


def _parts(pattern: str) -> list[str]:
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    # Two ** beside each other mean what one does.
    return [part for part, before in zip(parts, ["", *parts], strict=False) if not part == before == "**"]
