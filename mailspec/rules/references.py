"""MS006: names that nothing declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.model.kinds import TARGET_TYPES
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.programs.presets import PRESETS
from mailspec.providers import by_id, ids_and_aliases
from mailspec.resolve.activation import state_of
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item
from mailspec.text import scalar_text, suggest

# A did-you-mean compares with every known name. Where thousands are wrong a list is at fault, not a letter.
_MOST_KNOWN, _MOST_SUGGESTED = 5000, 20


class Names:
    """The names that can be meant, made only where one is unknown."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._suggested = 0

    @cached_property
    def people(self) -> list[str]:
        """The people as they are written."""
        return [str(person.get("email")) for person in self._spec.users.values()]

    @cached_property
    def senders(self) -> list[str]:
        """Groups and people."""
        return [*self._spec.groups, *self.people]

    def unknown(self, item: Item, path: Path, what: str, known: Sequence[str], object_: str | None = None) -> Finding:
        """Say that a name is unknown, with the nearest one that is known."""
        name = _at(item, path)
        near = None
        if len(known) <= _MOST_KNOWN and self._suggested < _MOST_SUGGESTED:
            self._suggested += 1
            near = suggest(name, known)
        if near:
            help_ = f"Did you mean '{near}'?"
        elif not known:
            help_ = f"No {what} is declared at all."
        elif len(known) <= 8:
            help_ = f"Known: {', '.join(known)}."
        elif what == "provider":
            help_ = "mailspec providers lists the known ones; without provider the host alone decides."
        else:
            help_ = f"Declare the {what}, or correct the name."
        fix = None
        if near:
            fix = Fix("unsafe", f"Write {near}.", (Edit(item.locate(path), scalar_text(near)),))
        return at_item("MS006", item, path, f"There is no {what} '{name}'.", object=object_, help=help_, fix=fix)


def check(context: Context) -> Iterator[Finding]:
    """Look up every name that points to something else."""
    spec, names = context.spec, Names(context.spec)
    for path in (("users", "configuration"), ("bulk", "configuration")):
        yield from _configuration(spec, names, spec.general, path, None)
    for name, item in spec.configurations.items():
        if item.get("provider") is not None and by_id(str(item.get("provider"))) is None:
            yield names.unknown(item, ("provider",), "provider", ids_and_aliases(), f"configuration:{name}")
    for name, item in spec.targets.items():
        object_ = f"target:{name}"
        yield from _configuration(spec, names, item, ("configuration",), object_)
        yield from _program(context, names, item, object_)
    circles = _circles(spec)
    for name, item in spec.configurations.items():
        yield from _fallback(spec, names, circles, name, item)
    yield from _people(spec, names)


def _program(context: Context, names: Names, item: Item, object_: str) -> Iterator[Finding]:
    """Look up a target's type and preset. Installed packages are asked only where no type of ours is meant."""
    type_, preset, foreign = item.get("type"), item.get("preset"), context.foreign_types
    if isinstance(type_, str) and type_ not in TARGET_TYPES:
        added = () if foreign is None else foreign.words()
        if type_ not in added:
            yield names.unknown(item, ("type",), "target type", [*TARGET_TYPES, *added], object_)
        elif foreign is not None and isinstance(reason := foreign.schema(type_), str):
            message = f"The target type '{type_}' cannot be used: {reason}."
            yield at_item("MS006", item, ("type",), message, object=object_)
    elif preset is not None and preset not in PRESETS:
        yield names.unknown(item, ("preset",), "preset", sorted(PRESETS), object_)


def _fallback(spec: Spec, names: Names, circles: Mapping[str, int], name: str, item: Item) -> Iterator[Finding]:
    """Hold the names that stand in: declared, not absent, and not the configuration itself, however indirectly."""
    object_ = f"configuration:{name}"
    for index, other in enumerate(item.get("fallback") or ()):
        path: Path = ("fallback", index)
        if other not in spec.configurations:
            yield names.unknown(item, path, "configuration", list(spec.configurations), object_)
        elif state_of(spec, other) == "absent":
            message = f"The configuration '{other}' is absent: it is to be deleted, and cannot stand in."
            yield at_item("MS006", item, path, message, object=object_, help="Name another configuration.")
        elif circles[name] == circles[other]:
            message = f"'{other}' cannot stand in for '{name}': it would come back to '{name}' itself."
            yield at_item("MS003", item, path, message, object=object_, help="Remove one of the names.")


def _circles(spec: Spec) -> dict[str, int]:
    """Return a number for each configuration, the same for all that stand in for one another in a circle.

    Those are the strongly connected components (Kosaraju, 1978), in time proportional to the names.
    """
    known = spec.configurations
    onward = {
        name: [other for other in item.get("fallback") or () if isinstance(other, str) and other in known]
        for name, item in known.items()
    }
    backward: dict[str, list[str]] = {name: [] for name in known}
    for name, others in onward.items():
        for other in others:
            backward[other].append(name)
    order: list[str] = []
    seen: set[str] = set()
    for start in known:
        pending = [(start, iter(onward[start]))] if start not in seen else []
        seen.add(start)
        while pending:
            name, others_left = pending[-1]
            following = next((other for other in others_left if other not in seen), None)
            if following is None:
                order.append(pending.pop()[0])
            else:
                seen.add(following)
                pending.append((following, iter(onward[following])))
    found: dict[str, int] = {}
    for number, start in enumerate(reversed(order)):
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = number
                waiting += backward[name]
    return found


def _people(spec: Spec, names: Names) -> Iterator[Finding]:
    for name, item in spec.groups.items():
        for path in _unknown_entries(item, "members", spec.users, {}):
            yield names.unknown(item, path, "person", names.people, f"group:{name}")
    for name, item in spec.mailings.items():
        for path in _unknown_entries(item, "senders", spec.users, spec.groups):
            yield names.unknown(item, path, "person or group", names.senders, f"mailing:{name}")


def _unknown_entries(
    item: Item, word: str, people: Mapping[str, Item], groups: Mapping[str, Item]
) -> Iterator[tuple[str | int, ...]]:
    for index, entry in enumerate(item.get(word) or ()):
        if isinstance(entry, str) and entry not in groups and entry.lower() not in people:
            yield (word, index)


def _configuration(spec: Spec, names: Names, item: Item, path: Path, object_: str | None) -> Iterator[Finding]:
    name = item.get(*path)
    if name is None:
        return
    if name not in spec.configurations:
        yield names.unknown(item, path, "configuration", list(spec.configurations), object_)
    elif state_of(spec, name) == "absent":
        yield at_item(
            "MS006",
            item,
            path,
            f"The configuration '{name}' is absent: it is to be deleted.",
            object=object_,
            help="Name another configuration, or keep this one with state: inactive.",
        )


def _at(item: Item, path: Path) -> str:
    *start, last = path
    return str(item.get(*start)[last] if isinstance(last, int) else item.get(*path))


CHECKS = (Check(("MS003", "MS006"), check),)
