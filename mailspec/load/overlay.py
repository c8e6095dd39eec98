"""An environment's overlay is merged onto the base before anything is resolved.

Items match by name, maps merge, scalars and plain lists replace, ``null`` unsets, ``state: absent`` removes.
"""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Item, Path, Place, place_of, pointer
from mailspec.load.merge import Overlay, twice
from mailspec.load.reading import without
from mailspec.load.shape_findings import shape_findings
from mailspec.load.spec import KIND_OF, LISTS, MAPS, Spec, name_key
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.report import finding
from mailspec.schema.shape import SECRET_KINDS, fits
from mailspec.text import suggest

_NOT_HERE = ("requires", "include", "environments")


def with_overlays(base: Spec, environment: str, overlays: list[Overlay], findings: list[Finding]) -> Spec:
    """Return the Spec of an environment; what is wrong with the overlay goes to ``findings``."""
    maps, lists = dict(base.maps), {name: dict(items) for name, items in base.lists.items()}
    seen: dict[Path, Item] = {}
    for overlay in overlays:
        document, start = overlay.place
        for section, value in overlay.data.items():
            place: Place = (document, (*start, section))
            if section in LISTS and isinstance(value, list):
                for index, item in enumerate(value):
                    part = Item(item, (document, (*start, section, index)))
                    _merge_item(base, lists[section], section, part, seen, findings)
            elif section in MAPS and isinstance(value, dict):
                maps[section] = _merged(maps[section], Item(value, place))
                _check(maps, section, findings)
            elif section not in ("version",) and not section.startswith("x-"):
                findings.append(_bad_section(section, place))
    return Spec(base.root, base.documents, maps, lists, base.environments, environment, base.prefix)


def _merge_item(
    base: Spec,
    items: dict[str, Item],
    section: str,
    part: Item,
    seen: dict[Path, Item],
    findings: list[Finding],
) -> None:
    key = name_key(section)
    name = part.get(key)
    document, path = part.place
    if not isinstance(name, str):
        findings.append(
            finding(
                "MS003",
                f"An item of {section} needs its {key}, so that it can be matched.",
                place_of(document, path),
                path=pointer(path),
                help=f"Add the {key} that the base gives it.",
            )
        )
        return
    identity = name.lower() if section == "users" else name
    first = seen.setdefault((section, identity), part)
    if first is not part:
        findings.append(twice(f"{KIND_OF[section]} '{name}'", first, part, (key,)))
        return
    known = items.get(identity)
    new = part.get("new") is True
    if known is None and not new:
        findings.append(_unknown(base, section, name, part))
        return
    if known is not None and new:
        findings.append(twice(f"{KIND_OF[section]} '{name}'", known, part, (key,)))
        return
    if part.get("state") == "absent" and section != "configurations":
        items.pop(identity, None)
        return
    own = {word: value for word, value in part.data.items() if word != "new"}
    if section != "configurations":
        own.pop("state", None)
    own_part = Item(own, part.place)
    merged = own_part if known is None else _merged(known, own_part)
    items[identity] = _usable(section, merged, findings)


def _merged(base: Item, part: Item) -> Item:
    elsewhere = dict(base.elsewhere or {})
    data = _merge(base.data, part, part.data, (), elsewhere)
    return Item(data, base.place, elsewhere, base.damaged)


def _merge(first: dict[str, Any], part: Item, second: dict[str, Any], path: Path, elsewhere: dict[Path, Place]) -> Any:
    merged = dict(first)
    for key, value in second.items():
        here = (*path, key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict) and not _is_reference(merged[key], value):
            merged[key] = _merge(merged[key], part, value, here, elsewhere)
        else:
            for inner in [inner for inner in elsewhere if inner[: len(here)] == here]:
                del elsewhere[inner]
            merged[key] = value
            elsewhere[here] = part.source(here)
    return merged


def _is_reference(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """A reference to a secret is replaced whole: {env: …} and {file: …} do not add up."""
    return any(key in SECRET_KINDS for key in (*first, *second))


def _usable(section: str, item: Item, findings: list[Finding]) -> Item:
    if fits({section: [item.data]}):
        return item
    found, damaged = shape_findings({section: [item.data]}, lambda path: item.source(path[2:]))
    findings.extend(found)
    inner = [path[2:] for path in damaged]
    return Item(without(item.data, inner) or {}, item.place, item.elsewhere, item.damaged | frozenset(inner))


def _check(maps: dict[str, Item], section: str, findings: list[Finding]) -> None:
    item = maps[section]
    if fits({section: item.data}):
        return
    found, damaged = shape_findings({section: item.data}, lambda path: item.source(path[1:]))
    findings.extend(found)
    inner = [path[1:] for path in damaged]
    maps[section] = Item(without(item.data, inner) or {}, item.place, item.elsewhere, item.damaged | frozenset(inner))


def _unknown(base: Spec, section: str, name: str, part: Item) -> Finding:
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


def _bad_section(section: str, place: Place) -> Finding:
    document, path = place
    where = place_of(document, path, key=True)
    if section in _NOT_HERE:
        message, help_ = f"'{section}' belongs in mailspec.yml, not in an environment.", "Move it there."
    elif section in (*LISTS, *MAPS):
        wanted = "list" if section in LISTS else "map"
        help_ = f"Write {section} as a {wanted}."
        return finding("MS003", f"'{section}' must be a {wanted}.", where, path=pointer(path), help=help_)
    else:
        near = suggest(section, [*LISTS, *MAPS])
        message = f"'{section}' is not a key at the top of a file."
        help_ = f"Did you mean {near}?" if near else f"Known: {', '.join((*LISTS, *MAPS))}."
    return finding("MS004", message, where, path=pointer(path), help=help_)
