"""Lists of findings and providers as tables that fit a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from mailspec.render.painter import Painter
from mailspec.text.escape import terminal

# No line is broken at this space.
_UNBROKEN = "\u00a0"


def rules(entries: Sequence[Mapping[str, Any]], *, width: int = 80, colour: bool = False) -> str:
    """Return the catalogue by family: code, name, severity, whether ``--fix`` fixes it, and the meaning."""
    painter = Painter(colour)
    name = max(len(entry["name"]) for entry in entries)
    blocks = []
    for family, current in groupby(entries, key=lambda entry: entry["family"]):
        lines = [painter.bold(f"{family}")]
        for entry in current:
            start = f"  {entry['code']}  {entry['name']:<{name}}  "
            severity = painter.severity(entry["severity"], f"{entry['severity']:<7}")
            indent = len(start) + 7 + 2 + 3 + 2
            # A new rule only tells, whatever its severity will be, until a policy names it.
            meaning = f"Preview, a note for now: {entry['summary']}" if entry.get("preview") else entry["summary"]
            summary = textwrap.wrap(meaning, max(20, width - indent))
            lines.append(f"{start}{severity}  {'fix' if entry['fixable'] else '   '}  {summary[0]}")
            lines.extend(" " * indent + line for line in summary[1:])
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def providers(entries: Iterable[Mapping[str, Any]], *, width: int = 80) -> str:
    """Return a line a provider: the id to write, its name, and its server where the line has room."""
    listed = list(entries)
    first = max(len(entry["id"]) for entry in listed)
    second = max(len(entry["name"]) for entry in listed)
    return "\n".join(_provider(entry, first, second, width) for entry in listed)


def _provider(entry: Mapping[str, Any], first: int, second: int, width: int) -> str:
    preset = entry["preset"]
    server = "" if preset is None else f"{preset['host']}:{preset['port']} {preset['security']}"
    line = f"{entry['id']:<{first}}  {terminal(entry['name']):<{second}}  {server}".rstrip()
    return line if len(line) <= width else f"{entry['id']:<{first}}  {terminal(entry['name'])}"


def target_types(entries: Iterable[Mapping[str, Any]], *, width: int = 80) -> str:
    """Return a line a type: its word, and what it is or why it cannot be used."""
    listed = list(entries)
    first = max(len(entry["type"]) for entry in listed)
    lines = []
    for entry in listed:
        about = f"cannot be used: {entry['problem']}" if entry["problem"] else entry["about"]
        start = f"{entry['type']:<{first}}  "
        text = textwrap.wrap(terminal(about) or "(no description)", max(20, width - len(start)))
        lines += [start + text[0], *(" " * len(start) + line for line in text[1:])]
    return "\n".join(lines)


def target_type(entry: Mapping[str, Any], *, width: int = 80) -> str:
    """Return one type: what it is, its own words, and the presets with the names that each writes."""
    lines = [terminal(entry["type"]), *wrapped(entry["about"], width, "  ")]
    if entry["problem"]:
        lines += wrapped(f"It cannot be used: {entry['problem']}.", width, "  ")
    if entry["words"]:
        lines += ["", *wrapped(f"Own words: {', '.join(entry['words'])}", width, "  ")]
    for preset in entry["presets"]:
        lines += ["", *wrapped(f"preset: {preset['preset']}", width, "  ")]
        names = ", ".join(preset["prefix"] + name for name in preset["keys"])
        lines += [*wrapped(names, width, "    "), *wrapped(f"Source: {preset['source']}", width, "    ")]
    return "\n".join(lines)


def wrapped(text: str, width: int, indent: str, end: str = "") -> Iterator[str]:
    """Yield a text's lines, each behind ``indent``; ``end`` stays in one piece."""
    lines = textwrap.wrap(
        f"{terminal(text)} {end.replace(' ', _UNBROKEN)}".rstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace(_UNBROKEN, " ") for line in lines)
