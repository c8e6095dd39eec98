"""MS006: names that nothing declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailspec.load.item import Item, Path
from mailspec.outcome.finding import Finding
from mailspec.providers import by_id, ids_and_aliases
from mailspec.rules.base import Check, Context, at_item
from mailspec.text import suggest

TARGET_TYPES = ("env_file",)


def check(context: Context) -> Iterator[Finding]:
    """Look up every name that points to something else."""
    spec = context.spec
    configurations = list(spec.configurations)
    for path in (("users", "configuration"), ("bulk", "configuration")):
        yield from _known(spec.general, path, "configuration", configurations)
    for name, item in spec.configurations.items():
        if item.get("provider") is not None and by_id(str(item.get("provider"))) is None:
            yield _unknown(item, ("provider",), "provider", ids_and_aliases(), f"configuration:{name}")
    for target, item in spec.targets.items():
        yield from _known(item, ("configuration",), "configuration", configurations, f"target:{target}")
        kind = item.get("type")
        if kind not in TARGET_TYPES:
            yield _unknown(item, ("type",), "target type", TARGET_TYPES, f"target:{target}")
    for group, item in spec.groups.items():
        for index, member in enumerate(item.get("members") or ()):
            if isinstance(member, str) and member.lower() not in spec.users:
                people = [str(person.get("email")) for person in spec.users.values()]
                yield _unknown(item, ("members", index), "person", people, f"group:{group}")
    for mailing, item in spec.mailings.items():
        for index, sender in enumerate(item.get("senders") or ()):
            if isinstance(sender, str) and sender not in spec.groups and sender.lower() not in spec.users:
                known = [*spec.groups, *(str(person.get("email")) for person in spec.users.values())]
                yield _unknown(item, ("senders", index), "person or group", known, f"mailing:{mailing}")


def _known(item: Item, path: Path, what: str, names: list[str], object: str | None = None) -> Iterator[Finding]:
    name = item.get(*path)
    if name is not None and name not in names:
        yield _unknown(item, path, what, names, object)


def _unknown(item: Item, path: Path, what: str, names: Iterable[str], object: str | None = None) -> Finding:
    name, known = str(item.get(*path)), list(names)
    near = suggest(name, known) if len(known) <= 2000 else None
    if near:
        help_ = f"Did you mean '{near}'?"
    elif not known:
        help_ = f"No {what} is declared at all."
    elif len(known) <= 8:
        help_ = f"Known: {', '.join(known)}."
    else:
        help_ = f"Declare the {what}, or correct the name."
    return at_item("MS006", item, path, f"There is no {what} '{name}'.", object=object, help=help_)


CHECKS = (Check(("MS006",), check),)
