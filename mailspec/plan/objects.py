"""Changes of what the state holds: create, update, activate, deactivate, delete, in this order."""

from __future__ import annotations

from mailspec.outcome.plan import Change, FieldChange, Json
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.flags import Flags
from mailspec.plan.limit import covers
from mailspec.plan.live import Live, LiveObject

STATE = "state"


def object_changes(desired: Desired, live: Live, flags: Flags) -> list[Change]:
    """Return the changes of the state's objects in the order in which they are made."""
    wanted = {item.name: item for item in desired.objects if item.state != "absent"}
    former = renames(desired, live)
    made: list[Change] = []
    activated: list[Change] = []
    for item in wanted.values():
        if not covers(flags, item.name):
            continue
        held = live.objects.get(former.get(item.name, item.name))
        change = _change(item, held)
        if change is not None:
            made.append(change)
        if item.state == "active" and (held is None or not held.active):
            activated.append(Change(STATE, item.name, "activate"))
    gone = _gone(desired, live, flags)
    deactivated = [Change(STATE, name, "deactivate") for name in _deactivations(live, wanted, former, activated, flags)]
    deleted = [Change(STATE, name, "delete", _removed(live.objects[name])) for name in gone]
    return [*made, *activated, *deactivated, *deleted]


def renames(desired: Desired, live: Live) -> dict[str, str]:
    """Return new name to old name, where the old one is held and the new one is not."""
    taken = {item.name for item in desired.objects}
    return {
        item.name: item.renamed_from
        for item in desired.objects
        if item.renamed_from in live.objects and item.name not in live.objects and item.renamed_from not in taken
    }


def undeclared(desired: Desired, live: Live) -> list[str]:
    """Return the held objects that the Spec no longer names, in words or as a former name."""
    named = {item.name for item in desired.objects} | set(renames(desired, live).values())
    return [name for name in live.objects if name not in named]


def _gone(desired: Desired, live: Live, flags: Flags) -> list[str]:
    names = [item.name for item in desired.objects if item.state == "absent" and item.name in live.objects]
    if flags.prune:
        names += undeclared(desired, live)
    return [name for name in names if covers(flags, name)]


def _deactivations(
    live: Live,
    wanted: dict[str, DesiredObject],
    former: dict[str, str],
    activated: list[Change],
    flags: Flags,
) -> list[str]:
    """Return the (new) names of what stops being active.

    One activation takes every other one's place, also outside ``--limit``: two active ones can never be held.
    """
    latter = {old: new for new, old in former.items()}
    found: list[str] = []
    for held in live.objects.values():
        name = latter.get(held.name, held.name)
        if not held.active or any(change.name == name for change in activated):
            continue
        item = wanted.get(name)
        unwanted = item is not None and item.state != "active" and covers(flags, name)
        if activated or unwanted:
            found.append(name)
    return found


def _change(item: DesiredObject, held: LiveObject | None) -> Change | None:
    if held is None:
        fields = [_field(path, None, value, item.sensitive) for path, value in sorted(item.fields.items())]
        return Change(STATE, item.name, "create", tuple(fields))
    sensitive = item.sensitive | held.sensitive
    fields = [
        _field(path, held.fields.get(path), item.fields.get(path), sensitive)
        for path in sorted(held.fields.keys() | item.fields.keys())
        if held.fields.get(path) != item.fields.get(path)
    ]
    if held.name != item.name:
        fields.insert(0, FieldChange("name", held.name.partition(":")[2], item.name.partition(":")[2]))
    return Change(STATE, item.name, "update", tuple(fields)) if fields else None


def _removed(held: LiveObject) -> tuple[FieldChange, ...]:
    return tuple(_field(path, value, None, held.sensitive) for path, value in sorted(held.fields.items()))


def _field(path: str, before: Json, after: Json, sensitive: frozenset[str]) -> FieldChange:
    return FieldChange(path, before, after, path in sensitive)
