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
        held = live.targets.get(target.name)
        if held is None or held.status == "unreadable" or not covers_target(flags, target.name, target.source):
            continue
        change = _change(target, held)
        if change is not None:
            changes.append(change)
    if flags.prune:
        changes += [
            Change("state", f"target:{name}", "delete", note=FORGOTTEN)
            for name in live.undeclared
            if covers(flags, f"target:{name}")
        ]
    return changes


def _change(target: TargetDesired, held: LiveTarget) -> Change | None:
    fields = [item for key, value in target.keys.items() if (item := _field(key, value, held)) is not None]
    recorded = held.recorded or {}
    fields += [
        FieldChange(key, _masked(held, key), None, key in held.secrets or secret_reference(value) is not None)
        for key, value in recorded.items()
        if key not in target.keys and _present(held, key)
    ]
    mode = target.options.get("mode")
    if isinstance(mode, str) and held.mode is not None and int(mode, 8) != int(held.mode, 8):
        fields.append(FieldChange("mode", held.mode, mode))
    name = f"{target.type}:{target.path}"
    if held.status == "absent":
        return Change(target.name, name, "create", tuple(fields)) if _wants(target) else None
    if held.status == "foreign":
        return Change(target.name, name, "update", tuple(fields), ADOPTED)
    return Change(target.name, name, "update", tuple(fields)) if fields else None


def _wants(target: TargetDesired) -> bool:
    return any(value is not None for value in target.keys.values())


def _present(held: LiveTarget, key: str) -> bool:
    return key in held.secrets or held.keys.get(key) is not None


def _masked(held: LiveTarget, key: str) -> Json:
    if key not in held.secrets:
        return held.keys.get(key)
    return secret_reference((held.recorded or {}).get(key)) or MASK


def _field(key: str, value: Json, held: LiveTarget) -> FieldChange | None:
    reference = secret_reference(value)
    if reference is None:
        before = _masked(held, key)
        return FieldChange(key, before, value, key in held.secrets) if before != value else None
    if not _present(held, key):
        return FieldChange(key, None, reference, sensitive=True)
    if held.secrets.get(key) == "changed":
        # The value behind the reference is another one; where the reference stays, both sides show it.
        return FieldChange(
            key, secret_reference((held.recorded or {}).get(key)) or reference, reference, sensitive=True
        )
    recorded = (held.recorded or {}).get(key)
    if recorded is not None and recorded != value:
        return FieldChange(key, secret_reference(recorded) or MASK, reference, sensitive=True)
    return None
