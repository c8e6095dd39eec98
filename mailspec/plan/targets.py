"""Changes of what the targets hold, key by key."""

from __future__ import annotations

from mailspec.outcome.plan import Change, FieldChange, Json
from mailspec.outcome.secret import MASK
from mailspec.plan.desired import Desired, TargetDesired, secret_reference
from mailspec.plan.flags import Flags
from mailspec.plan.limit import covers, covers_target
from mailspec.plan.live import Live, LiveTarget

FORGOTTEN = "forgotten; its file is left as it is"
ADOPTED = "adopts the existing file"


def target_changes(desired: Desired, live: Live, flags: Flags) -> list[Change]:
    """Return the changes of the targets, in the order of declaration, those to forget last."""
    changes: list[Change] = []
    for target in desired.targets:
        live_target = live.targets.get(target.name)
        if (
            live_target is None
            or live_target.status == "unreadable"
            or not covers_target(flags, target.name, target.source)
        ):
            continue
        former = live.renamed.get(target.name)
        if former is not None:
            changes.append(
                Change("state", f"target:{target.name}", "update", (FieldChange("name", former, target.name),))
            )
        change = _change(target, live_target)
        if change is not None:
            changes.append(change)
    if flags.prune:
        changes += [
            Change("state", f"target:{name}", "delete", note=FORGOTTEN)
            for name in live.undeclared
            if covers(flags, f"target:{name}")
        ]
    return changes


def _change(target: TargetDesired, live_target: LiveTarget) -> Change | None:
    fields = [item for key, value in target.keys.items() if (item := _field(key, value, live_target)) is not None]
    recorded = live_target.recorded or {}
    fields += [
        FieldChange(
            key, _before(live_target, key), None, key in live_target.secrets or secret_reference(value) is not None
        )
        for key, value in recorded.items()
        if key not in target.keys and _present(live_target, key)
    ]
    mode = target.options.get("mode")
    if isinstance(mode, str) and live_target.mode is not None and int(mode, 8) != int(live_target.mode, 8):
        fields.append(FieldChange("mode", live_target.mode, mode))
    name = f"{target.type}:{target.path}"
    if live_target.status == "absent":
        return Change(target.name, name, "create", tuple(fields)) if _wants(target) else None
    if live_target.status == "foreign":
        return Change(target.name, name, "update", tuple(fields), ADOPTED)
    return Change(target.name, name, "update", tuple(fields)) if fields else None


def _wants(target: TargetDesired) -> bool:
    return any(value is not None for value in target.keys.values())


def _present(live_target: LiveTarget, key: str) -> bool:
    return key in live_target.secrets or live_target.keys.get(key) is not None


def _before(live_target: LiveTarget, key: str) -> Json:
    # What a file holds that mailspec never wrote is nobody's business: a change chooses the file and the keys.
    return MASK if live_target.status == "foreign" and _present(live_target, key) else _masked(live_target, key)


def _masked(live_target: LiveTarget, key: str) -> Json:
    if key not in live_target.secrets:
        return live_target.keys.get(key)
    return secret_reference((live_target.recorded or {}).get(key)) or MASK


def _field(key: str, value: Json, live_target: LiveTarget) -> FieldChange | None:
    reference = secret_reference(value)
    if reference is None:
        if _masked(live_target, key) == value:
            return None
        return FieldChange(key, _before(live_target, key), value, key in live_target.secrets)
    if not _present(live_target, key):
        return FieldChange(key, None, reference, sensitive=True)
    if live_target.secrets.get(key) == "changed":
        # The value behind the reference is another one; where the reference stays, both sides show it.
        return FieldChange(
            key, secret_reference((live_target.recorded or {}).get(key)) or reference, reference, sensitive=True
        )
    recorded = (live_target.recorded or {}).get(key)
    if recorded is not None and recorded != value:
        return FieldChange(key, secret_reference(recorded) or MASK, reference, sensitive=True)
    return None
