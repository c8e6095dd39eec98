"""An environment's overlay is merged onto the base before anything is resolved.

Items match by name, maps merge, scalars and plain lists replace, ``null`` unsets, ``state: absent`` removes.
"""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Item, Path, Place
from mailspec.load.merge import Overlay, joined, twice
from mailspec.load.overlay_findings import bad_marks, bad_section, nameless, unknown
from mailspec.load.reading import without
from mailspec.load.shape_findings import shape_findings
from mailspec.load.spec import KIND_OF, LISTS, MAPS, OVERLAY_WORDS, Spec, name_key
from mailspec.model.kinds import SECRET_KINDS
from mailspec.outcome.finding import Finding
from mailspec.schema.shape import first_shape_errors, keys_at


def with_overlays(base: Spec, environment: str, overlays: list[Overlay], findings: list[Finding]) -> Spec:
    """Return the Spec of an environment; what is wrong with the overlay goes to ``findings``."""
    here = overlays[0].place if overlays else None
    words = None if here is None else Item({}, here)
    if not any(_says_something(overlay.data) for overlay in overlays):
        return base.replace(environment=environment, overlay=words)
    sections = {section for overlay in overlays for section in overlay.data}
    # Lists and maps that nothing changes stay the base's own, so that nothing is checked twice.
    lists = base.lists if sections.isdisjoint(LISTS) else {name: dict(items) for name, items in base.lists.items()}
    own: dict[str, Item] = {}
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
                part = Item(value, place)
                own[section] = joined(own[section], part, findings) if section in own else part
            elif section in OVERLAY_WORDS:
                part = Item({section: value}, (document, start))
                words = part if words is None or not words.data else joined(words, part, findings)
            elif section == "version" and _is_known(value):
                continue
            elif not section.startswith("x-"):
                findings.append(bad_section(section, place))
    maps = dict(base.maps) if own else base.maps
    for section, part in own.items():
        maps[section] = _usable(section, _merged(maps[section], part, (section,), findings), findings)
    words = None if words is None else _usable_words(words, findings)
    return base.replace(maps=maps, lists=lists, environment=environment, overlay=words)


def _says_something(data: dict[str, Any]) -> bool:
    return bool(data.keys() - {"version"}) or not _is_known(data.get("version", 1))


def _is_known(version: Any) -> bool:
    # To Python true is a 1.
    return version == 1 and version is not True


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
    if not isinstance(name, str):
        findings.append(nameless(section, key, part))
        return
    identity = name.lower() if section == "users" else name
    first = seen.setdefault((section, identity), part)
    if first is not part:
        findings.append(twice(f"{KIND_OF[section]} '{name}'", first, part, (key,)))
        return
    marks = ("new",) if section == "configurations" else ("new", "state")
    findings.extend(bad_marks(part, marks))
    known = items.get(identity)
    new = part.get("new") is True
    if known is None and not new:
        # It may stand where nothing could be read.
        if section not in base.gaps:
            findings.append(unknown(base, section, name, part))
        return
    if known is not None and new:
        findings.append(twice(f"{KIND_OF[section]} '{name}'", known, part, (key,)))
        return
    if section != "configurations" and part.get("state") == "absent":
        items.pop(identity, None)
        return
    own = Item({word: value for word, value in part.data.items() if word not in marks}, part.place)
    merged = own if known is None else _merged(known, own, (section, 0), findings)
    usable = _usable(section, merged, findings)
    if usable.get(key) is not None:
        items[identity] = usable
    else:
        # Its name is what does not fit, so nothing can refer to it.
        items.pop(identity, None)


def _merged(base: Item, part: Item, kind: Path, findings: list[Finding]) -> Item:
    elsewhere = dict(base.elsewhere or {})
    data = _merge(base.data, part, part.data, (), elsewhere, kind, findings)
    return Item(data, base.place, elsewhere, base.damaged)


def _merge(
    first: dict[str, Any],
    part: Item,
    second: dict[str, Any],
    path: Path,
    elsewhere: dict[Path, Place],
    kind: Path,
    findings: list[Finding],
) -> dict[str, Any]:
    merged = dict(first)
    for key, value in second.items():
        here = (*path, key)
        entry = merged.get(key)
        if isinstance(value, dict) and isinstance(entry, dict) and not _is_reference(entry, value):
            merged[key] = _merge(entry, part, value, here, elsewhere, kind, findings)
            continue
        for inner in [inner for inner in elsewhere if inner[: len(here)] == here]:
            del elsewhere[inner]
        if value is not None:
            merged[key] = value
            elsewhere[here] = part.source(here)
        elif key in merged:
            del merged[key]
        elif key not in keys_at((*kind, *path)):
            # A misspelt word that unsets nothing would pass unseen.
            merged[key] = value
            elsewhere[here] = part.source(here)
    return merged


def _is_reference(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """A reference to a secret is replaced whole: {env: …} and {file: …} do not add up."""
    return any(key in SECRET_KINDS for key in (*first, *second))


def _usable_words(words: Item, findings: list[Finding]) -> Item:
    """Hold what an overlay says of its environment against the language."""
    start: Path = ("environments", "here")
    data = {"environments": {"here": words.data}}
    errors = first_shape_errors(data)
    if not errors:
        return words
    found, damaged = shape_findings(data, errors, lambda path: words.source(path[len(start) :]))
    findings.extend(found)
    inner = [path[len(start) :] for path in damaged]
    return Item(without(words.data, inner) or {}, words.place, words.elsewhere, words.damaged | frozenset(inner))


def _usable(section: str, item: Item, findings: list[Finding]) -> Item:
    """Hold what came out against the language; what does not fit is taken out of it."""
    start: Path = (section, 0) if section in LISTS else (section,)
    data = {section: [item.data] if section in LISTS else item.data}
    errors = first_shape_errors(data)
    if not errors:
        return item
    found, damaged = shape_findings(data, errors, lambda path: item.source(path[len(start) :]))
    findings.extend(found)
    inner = [path[len(start) :] for path in damaged]
    return Item(without(item.data, inner) or {}, item.place, item.elsewhere, item.damaged | frozenset(inner))
