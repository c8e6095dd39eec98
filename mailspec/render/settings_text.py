"""``show`` as text: one block an object, each field with its value, layer and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.render.painter import Painter
from mailspec.text.address import format_address
from mailspec.text.escape import terminal


def table(
    all_settings: Iterable[Effective], *, active: str | None = None, colour: bool = False, width: int = 80
) -> str:
    """Return all objects, with an empty line between, in lines of ``width`` columns where the values allow it.

    ``active`` is the active configuration's name.
    """
    painter = Painter(colour)
    return "\n\n".join("\n".join(_block(entry, painter, width, active)) for entry in all_settings)


def _block(entry: Effective, painter: Painter, width: int, active: str | None) -> Iterator[str]:
    mark = " (active)" if entry.kind == "configuration" and entry.name == active else ""
    yield painter.bold(terminal(entry.object)) + mark
    # What an environment variable overrides comes first: it is what nobody sees in the files.
    fields = sorted(entry.fields.items(), key=lambda field: field[1].origin != "environment")
    names = max((len(name) for name, _ in fields), default=0)
    shown = [(name, terminal(text(value.value)), value) for name, value in fields]
    origins = [_from(value) for _, _, value in shown]
    # Most lines have their origin beside the value; where it does not fit, it stands below.
    rooms = [width - names - 6 - len(origin) for origin in origins]
    fitting = [room for room, (_, value, _) in zip(rooms, shown, strict=True) if len(value) <= room]
    values = min([max((len(value) for _, value, _ in shown), default=0), *fitting])
    for (name, value, _), origin, room in zip(shown, origins, rooms, strict=True):
        start = f"  {name:<{names}}  "
        if len(value) <= room:
            yield f"{start}{value:<{values}}  {painter.dim(origin)}"
            continue
        lines = wrapped(value, width - len(start))
        yield start + lines[0]
        yield from (" " * len(start) + line for line in lines[1:])
        yield " " * len(start) + painter.dim(origin)
    sender = entry.from_.email
    if sender:
        preview = format_address(entry.from_.name, str(sender))
        yield f"  {'recipients see':<{names}}  {terminal(preview)}"
    elif entry.kind == "mailing" and entry.mode != "not_configured":
        yield f"  {'recipients see':<{names}}  a standard mail from the current user"


def wrapped(value: str, room: int) -> list[str]:
    """Break between the entries of a list or a map; a word is never broken, so that it can be copied."""
    if len(value) <= room or ", " not in value:
        return [value]
    lines = [""]
    for part in value.replace(", ", ",\0").split("\0"):
        if lines[-1] and len(lines[-1]) + 1 + len(part) > room:
            lines.append("")
        lines[-1] += f" {part}" if lines[-1] else part
    return lines


def _from(value: Value) -> str:
    place = value.location
    return terminal(value.origin if place is None else f"{value.origin} {place.file}:{place.line}")


def text(value: Any) -> str:
    """Write a value in one line, as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g} s"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text(inner) for inner in value) + "]"
    return str(value)
