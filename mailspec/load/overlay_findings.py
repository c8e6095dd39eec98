"""What can be wrong with an overlay's own words, before it is merged."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Place, place_of, pointer
from mailspec.load.spec import KIND_OF, LISTS, MAPS, OVERLAY_WORDS, Spec, name_key
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.report import finding
from mailspec.text import suggest

_NOT_HERE = ("requires", "include", "environments")


def nameless(section: str, key: str, part: Item) -> Finding:
    """Say that an item cannot be matched with one of the base."""
    return finding(
        "MS003",
        f"An item of {section} needs its {key}, so that it can be matched.",
        part.locate((key,)) if isinstance(part.data, dict) and key in part.data else part.locate(),
        path=part.pointer(),
        help=f"Add the {key} that the base gives it.",
    )


def bad_marks(part: Item, marks: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with ``new`` and ``state``, the words that only an overlay's item has."""
    for mark in marks:
        value = part.get(mark)
        if mark == "new" and "new" in part.data and not isinstance(value, bool):
            message, help_ = "'new' must be true or false.", "Write new: true, or remove the key."
        elif mark == "state" and "state" in part.data and value != "absent":
            message, help_ = "'state' can only be absent here.", "Write state: absent to remove the item, or no state."
        else:
            continue
        yield finding("MS003", message, part.locate((mark,)), path=part.pointer((mark,)), help=help_)


def unknown(base: Spec, section: str, name: str, part: Item) -> Finding:
    """Say that the base does not declare what an overlay changes."""
    key = name_key(section)
    near = suggest(name, list(base.lists[section]))
    where = part.locate((key,))
    help_ = "To add it in this environment alone, write new: true."
    fix = None
    if near:
        help_ = f"Did you mean '{near}'? {help_}"
        fix = Fix("unsafe", f"Write {near}.", (Edit(where, near),))
    return finding(
        "MS006",
        f"The base declares no {KIND_OF[section]} '{name}'.",
        where,
        path=part.pointer((key,)),
        object=f"{KIND_OF[section]}:{name}",
        help=help_,
        fix=fix,
    )


def bad_section(section: str, place: Place) -> Finding:
    """Say why a section cannot stand in an overlay."""
    document, path = place
    where = place_of(document, path, key=True)
    code = "MS004"
    if section in _NOT_HERE:
        message, help_ = f"'{section}' belongs in mailspec.yml, not in an environment.", "Move it there."
    elif section == "version":
        code, message = "MS003", "This mailspec understands version: 1."
        help_ = "Write version: 1, or remove the key."
    elif section in (*LISTS, *MAPS):
        wanted = "list" if section in LISTS else "map"
        code, message, help_ = "MS003", f"'{section}' must be a {wanted}.", f"Write {section} as a {wanted}."
    else:
        known = (*LISTS, *MAPS, *OVERLAY_WORDS)
        near = suggest(section, list(known))
        message = f"'{section}' is not a key at the top of a file."
        help_ = f"Did you mean {near}?" if near else f"Known: {', '.join(known)}."
    return finding(code, message, where, path=pointer(path), help=help_)
