"""``show`` as text: one block an object, each field with its value, layer and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mailspec.outcome.effective import Effective, Value
from mailspec.render.as_text import Painter
from mailspec.text.address import format_address
from mailspec.text.escape import terminal


def table(held: Iterable[Effective], *, colour: bool = False) -> str:
    """Return all objects, with an empty line between."""
    painter = Painter(colour)
    return "\n\n".join("\n".join(_block(entry, painter)) for entry in held)


def _block(entry: Effective, painter: Painter) -> Iterator[str]:
    yield painter.bold(terminal(entry.object))
    # What an environment variable overrides comes first: it is what nobody sees in the files.
    fields = sorted(entry.fields.items(), key=lambda field: field[1].origin != "environment")
    names = max((len(name) for name, _ in fields), default=0)
    shown = [(name, terminal(text(value.value)), value) for name, value in fields]
    values = min(max((len(value) for _, value, _ in shown), default=0), 40)
    for name, value, held in shown:
        yield f"  {name:<{names}}  {value:<{values}}  {painter.dim(_from(held))}"
    sender = entry.get("from.email")
    if sender:
        preview = format_address(entry.get("from.name"), str(sender))
        yield f"  {'recipients see':<{names}}  {terminal(preview)}"


def _from(held: Value) -> str:
    place = held.location
    return terminal(held.origin if place is None else f"{held.origin} {place.file}:{place.line}")


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
