"""What the state holds once a plan is applied."""

from __future__ import annotations

from mailspec.outcome.plan import Json, Plan
from mailspec.plan.desired import Desired, TargetDesired
from mailspec.plan.live import Live, LiveObject
from mailspec.plan.objects import STATE, renames

# The word of a target's record under which stands when the target was written.
WRITTEN = "written"


def objects_after(plan: Plan, desired: Desired, live: Live) -> dict[str, LiveObject]:
    """Return the objects to commit: the held ones with the plan's changes made, and only those."""
    wanted = {item.name: item for item in desired.objects}
    former = renames(desired, live)
    live_object = dict(live.objects)
    for change in plan.changes:
        if change.target != STATE or change.name not in {*wanted, *live_object}:
            continue
        if change.action in ("create", "update"):
            item = wanted[change.name]
            old = live_object.pop(former.get(item.name, item.name), None)
            live_object[item.name] = LiveObject(item.name, item.fields, old is not None and old.active, item.sensitive)
        elif change.action == "delete":
            del live_object[change.name]
        else:
            old = live_object[change.name]
            live_object[change.name] = LiveObject(old.name, old.fields, change.action == "activate", old.sensitive)
    return live_object


def targets_after(plan: Plan, desired: Desired, recorded: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """Return the targets' records to commit: each as :func:`record` gives it."""
    entry = dict(recorded)
    touched = {change.target for change in plan.changes}
    for change in plan.changes:
        kind, _, name = change.name.partition(":")
        if change.target == STATE and change.action == "update" and kind == "target":
            entry[name] = entry.pop(str(change.fields[0].before))
    for target in desired.targets:
        if target.name in touched:
            entry[target.name] = record(target)
    for change in plan.changes:
        if change.action == "delete" and change.name.startswith("target:"):
            entry.pop(change.name.partition(":")[2], None)
    return entry


def record(target: TargetDesired) -> dict[str, Json]:
    """Return a target as the state keeps it: keys with references, never with a secret's value."""
    return {
        "type": target.type,
        "path": target.path,
        "keys": dict(target.keys),
        "options": dict(target.options),
        "source": target.source,
        **({"machine": target.machine} if target.machine else {}),
    }


def target_of(name: str, data: dict[str, Json]) -> TargetDesired:
    """Return the target that a record describes."""
    keys, options, source = data["keys"], data["options"], data.get("source")
    return TargetDesired(
        name,
        str(data["type"]),
        str(data["path"]),
        dict(keys) if isinstance(keys, dict) else {},
        dict(options) if isinstance(options, dict) else {},
        source if isinstance(source, str) else None,
        machine=str(data["machine"]) if data.get("machine") else None,
    )
