"""What is wrong with people of a table, each at its cell: against the language, the table itself, and the project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailspec.load.received import wanted
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.mask import mask_shapes
from mailspec.outcome.report import finding
from mailspec.schema.shape import ShapeError, fits, shape_errors
from mailspec.text import invisible, suggest
from mailspec.workflow.people.people_columns import COLUMNS
from mailspec.workflow.people.people_csv import Row, Table


def wrong(table: Table, rows: list[Row]) -> Iterator[Finding]:
    """Hold the people against the language: all at once where they fit, one by one where they do not."""
    data = {"users": [row.data for row in rows]}
    errors = [] if fits(data) else shape_errors(data)
    for error in errors:
        row, path = rows[int(error.path[1])], error.path[2:]
        yield _described(table, row, tuple(step for step in path if isinstance(step, str)), error)
    for row in rows:
        for path, text in _texts(row.data):
            if not text.isascii():
                for _offset, character in invisible(text)[:1]:
                    message = f"There is an invisible character in this cell: {character}."
                    yield finding("MS008", message, table.where(row, path), help="Delete it.")


def _described(table: Table, row: Row, path: tuple[str, ...], error: ShapeError) -> Finding:
    where = table.where(row, path)
    column = next(
        (name for name, entry in COLUMNS.items() if entry == path[: len(entry)]), path[-1] if path else "email"
    )
    if error.kind == "missing":
        return finding("MS003", f"The row has no {path[-1]}.", where, help="Each person needs an address.")
    if error.kind == "secret_in_file":
        return finding(
            "MS301",
            "The password column holds a secret itself.",
            where,
            help="Write where it is instead, such as keyring:acme/{email}, and change the secret: it was in a file.",
        )
    wants = wanted(path[-1] if path else "", error)
    near = suggest(str(error.received), wants.split(", ")) if error.kind == "literal_error" else None
    shown = "a value of another form" if column == "password" else f"'{mask_shapes(str(error.received))[:60]}'"
    help_ = f"Did you mean {near}?" if near else f"Write {wants}."
    return finding("MS003", f"'{column}' is {shown}; {wants} is wanted.", where, help=help_)


def _texts(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, path)
    elif isinstance(data, str):
        yield path, data


def twice(table: Table, rows: list[Row]) -> Iterator[Finding]:
    """Point out who stands in the table twice, however the address is written."""
    first: dict[str, Row] = {}
    for row in rows:
        email = row.data.get("email")
        earlier = first.setdefault(str(email).lower(), row) if email else row
        if earlier is not row:
            where, there = table.where(row, ("email",)), table.where(earlier, ("email",))
            related = [Related(there, "first here")]
            yield finding("MS005", f"{email} stands twice in the table.", where, related=related, help="Keep one row.")
