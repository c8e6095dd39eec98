"""What the state holds once a plan is applied."""

from __future__ import annotations

from mailspec.outcome.plan import Json, Plan
from mailspec.plan.desired import Desired, TargetDesired
from mailspec.plan.live import Live, LiveObject
from mailspec.plan.objects import STATE, renames


def objects_after(plan: Plan, desired: Desired, live: Live) -> dict[str, LiveObject]:
    """Return the objects to commit: the held ones with the plan's changes made, and only those."""
    wanted = {item.name: item for item in desired.objects}
    former = renames(desired, live)
    held = dict(live.objects)
    for change in plan.changes:
        if change.target != STATE or change.name not in {*wanted, *held}:
            continue
        if change.action in ("create", "update"):
            item = wanted[change.name]
            old = held.pop(former.get(item.name, item.name), None)
            held[item.name] = LiveObject(item.name, item.fields, old is not None and old.active, item.sensitive)
        elif change.action == "delete":
            del held[change.name]
        else:
            old = held[change.name]
            held[change.name] = LiveObject(old.name, old.fields, change.action == "activate", old.sensitive)
    return held


def targets_after(plan: Plan, desired: Desired, recorded: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """Return the targets' records to commit: each as :func:`record` gives it."""
    held = dict(recorded)
    touched = {change.target for change in plan.changes}
    for target in desired.targets:
        if target.name in touched:
            held[target.name] = record(target)
    for change in plan.changes:
        if change.action == "delete" and change.name.startswith("target:"):
            held.pop(change.name.partition(":")[2], None)
    return held


def record(target: TargetDesired) -> dict[str, Json]:
    """Return a target as the state keeps it: keys with references, never with a secret's value."""
    return {
        "type": target.type,
        "path": target.path,
        "keys": dict(target.keys),
        "options": dict(target.options),
        "source": target.source,
    }


def target_of(name: str, held: dict[str, Json]) -> TargetDesired:
    """Return the target that a record describes."""
    keys, options, source = held["keys"], held["options"], held["source"]
    return TargetDesired(
        name,
        str(held["type"]),
        str(held["path"]),
        dict(keys) if isinstance(keys, dict) else {},
        dict(options) if isinstance(options, dict) else {},
        source if isinstance(source, str) else None,
    )
