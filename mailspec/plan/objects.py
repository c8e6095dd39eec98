"""Changes of what the state holds: create, update, activate, deactivate, delete, in this order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mailspec.model.sign_in import ends_sign_in
from mailspec.outcome.plan import Change, FieldChange, Json
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.flags import Flags
from mailspec.plan.limit import covers
from mailspec.plan.live import Live, LiveObject

STATE = "state"
# It is destructive: what was signed in is lost.
SIGN_IN_ENDS = "another issuer or client, so the sign-in ends: mailspec login"


def object_changes(desired: Desired, live: Live, flags: Flags) -> list[Change]:
    """Return the changes of the state's objects in the order in which they are made."""
    wanted = {item.name: item for item in desired.objects if item.state != "absent"}
    former = renames(desired, live)
    made: list[Change] = []
    activated: list[Change] = []
    for item in wanted.values():
        if not covers(flags, item.name):
            continue
        live_object = live.objects.get(former.get(item.name, item.name))
        change = _change(item, live_object)
        if change is not None:
            made.append(change)
        if item.state == "active" and (live_object is None or not live_object.active):
            activated.append(Change(STATE, item.name, "activate"))
    gone = _gone(desired, live, flags)
    deactivated = [Change(STATE, name, "deactivate") for name in _deactivations(live, wanted, former, activated, flags)]
    deleted = [Change(STATE, name, "delete", _removed(live.objects[name])) for name in gone]
    return [*made, *activated, *deactivated, *deleted]


def renames(desired: Desired, live: Live) -> dict[str, str]:
    """Return new name to old name, where the old one is held and the new one is not."""
    return _renames(desired.objects, live.objects, {item.name for item in desired.objects})


def target_renames(desired: Desired, recorded: Collection[str]) -> dict[str, str]:
    """Return new name to old name of the targets that the state has under the old one."""
    every = (*desired.targets, *desired.elsewhere)
    return _renames(every, recorded, {target.name for target in every})


def _renames(
    items: Iterable[DesiredObject | TargetDesired], live: Collection[str], taken: Collection[str]
) -> dict[str, str]:
    # An address is the same in any case of its letters.
    known = {_folded(name): name for name in live}
    found: dict[str, str] = {}
    for item in items:
        former = None if item.renamed_from is None else known.get(_folded(item.renamed_from))
        if former is not None and item.name not in live and former not in taken:
            found[item.name] = former
    return found


def _folded(name: str) -> str:
    return name.lower() if name.startswith("user:") else name


def undeclared(desired: Desired, live: Live) -> list[str]:
    """Return the held objects that the Spec no longer names, in words or as a former name."""
    named = {item.name for item in desired.objects} | set(renames(desired, live).values())
    return [name for name in live.objects if name not in named]


def stays_undeclared(name: str) -> bool:
    """Tell whether what is left out of the Spec stays until somebody prunes it: a configuration, whose mail may still
    be needed. People, mailings and what is derived from them leave at the next apply."""
    return name.startswith("configuration:")


def _gone(desired: Desired, live: Live, flags: Flags) -> list[str]:
    names = [item.name for item in desired.objects if item.state == "absent" and item.name in live.objects]
    left = undeclared(desired, live)
    names += left if flags.prune else [name for name in left if not stays_undeclared(name)]
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
    for live_object in live.objects.values():
        name = latter.get(live_object.name, live_object.name)
        if not live_object.active or any(change.name == name for change in activated):
            continue
        item = wanted.get(name)
        unwanted = item is not None and item.state != "active" and covers(flags, name)
        if activated or unwanted:
            found.append(name)
    return found


def _change(item: DesiredObject, live_object: LiveObject | None) -> Change | None:
    if live_object is None:
        fields = [_field(path, None, value, item.sensitive) for path, value in sorted(item.fields.items())]
        return Change(STATE, item.name, "create", tuple(fields))
    sensitive = item.sensitive | live_object.sensitive
    fields = [
        _field(path, live_object.fields.get(path), item.fields.get(path), sensitive)
        for path in sorted(live_object.fields.keys() | item.fields.keys())
        if live_object.fields.get(path) != item.fields.get(path)
    ]
    if live_object.name != item.name:
        fields.insert(0, FieldChange("name", live_object.name.partition(":")[2], item.name.partition(":")[2]))
    note = SIGN_IN_ENDS if ends_sign_in(live_object.fields, item.fields) else ""
    return Change(STATE, item.name, "update", tuple(fields), note) if fields else None


def _removed(live_object: LiveObject) -> tuple[FieldChange, ...]:
    return tuple(_field(path, value, None, live_object.sensitive) for path, value in sorted(live_object.fields.items()))


def _field(path: str, before: Json, after: Json, sensitive: frozenset[str]) -> FieldChange:
    return FieldChange(path, before, after, path in sensitive)
