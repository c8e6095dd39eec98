"""Keys that the language does not know, that have another form, or that are missing, in words."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Path, place_of, pointer
from mailspec.load.other_words import meant_by_key
from mailspec.load.received import KEYS, WANTED, quote
from mailspec.load.text_findings import safe_pointer
from mailspec.load.written_as import in_quotes_of, map_beside, pair, without_indexes, written
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.mask import shown_key
from mailspec.outcome.report import finding
from mailspec.schema.accepts import accepts
from mailspec.schema.shape import ShapeError, keys_at
from mailspec.text import Document, suggest


def unknown_key(document: Document, path: Path, error: ShapeError, renamed: set[Path]) -> Finding:
    """Say that a key is none, and what was meant; ``renamed`` has the places that other keys are renamed to."""
    where = place_of(document, path, key=True)
    key = str(path[-1])
    known = keys_at(error.path[:-1])
    beside = map_beside(document, path)
    value = beside.get(key)
    near = _nearest(key, known, error.path, value)
    section = next((step for step in reversed(error.path[:-1]) if isinstance(step, str)), "")
    inside = f"in {section}" if section else "at the top of a file"
    fix = None
    meant = None if key.lower() in known else meant_by_key(key, value, beside, known)
    if meant is not None:
        help_ = meant.help
        if meant.key and (*error.path[:-1], meant.key) not in renamed:
            renamed.add((*error.path[:-1], meant.key))
            if meant.write:
                fix = Fix("unsafe", f"Write {meant.write}.", (Edit(pair(document, path), meant.write),))
            else:
                new = in_quotes_of(written(document, path, key=True)[0], meant.key)
                fix = Fix("unsafe", f"Rename the key to {meant.key}.", (Edit(where, new),))
    elif near:
        help_ = f"Did you mean {near}?"
        place = (*error.path[:-1], near)
        if place not in renamed and near not in beside:
            renamed.add(place)
            edit = Edit(where, in_quotes_of(written(document, path, key=True)[0], near))
            fix = Fix("unsafe", f"Rename the key to {near}.", (edit,))
    elif not section and key in keys_at(("configurations", 0)) + keys_at(("users", 0)) + keys_at(("groups", 0)):
        help_ = "Put it into an item of a section's list, such as users: and below it - email: alice@acme.example."
    else:
        help_ = f"Known {inside}: {', '.join(known)}. A key of your own starts with x-."
    message = f"{quote(shown_key(key))} is not a key {inside}."
    return finding("MS004", message, where, path=safe_pointer(path), help=help_, fix=fix)


def _nearest(key: str, known: list[str], path: Path, value: Any) -> str | None:
    """Return the nearest key; where it does not take the value, the first one in reach that does."""
    near = suggest(key, known)
    if near is None or not isinstance(value, str | int) or accepts(without_indexes((*path[:-1], near)), value):
        return near
    others = (suggest(key, [other]) for other in known)
    return next((word for word in others if word and accepts(without_indexes((*path[:-1], word)), value)), near)


def wrong_key(document: Document, path: Path) -> Finding:
    """Say that a key that the author chose, such as a header's or an environment's name, has another form."""
    kind = str(path[-2]) if len(path) > 1 else ""
    return finding(
        "MS003",
        f"{quote(str(path[-1]))} cannot be a key in {kind}.",
        place_of(document, path, key=True),
        path=pointer(path),
        help=f"Write {KEYS.get(kind, 'letters, digits and -')}.",
    )


def missing_key(document: Document, path: Path) -> Finding:
    """Say that a key must be there."""
    parent = path[:-1]
    return finding(
        "MS003",
        f"{quote(str(path[-1]))} is missing.",
        place_of(document, parent),
        path=pointer(parent),
        help=f"Add {path[-1]}: {WANTED.get(str(path[-1]), 'and its value')}.",
    )
