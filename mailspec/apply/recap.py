"""Count what became of the changes, a line a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mailspec.outcome.plan import Change, ChangeStatus
from mailspec.outcome.recap import TargetRecap
from mailspec.plan.desired import Desired, TargetDesired
from mailspec.plan.drift import changed_outside
from mailspec.plan.flags import Flags
from mailspec.plan.limit import covers, covers_target
from mailspec.plan.live import Live
from mailspec.plan.objects import STATE


def with_status(changes: Iterable[Change], statuses: dict[str, ChangeStatus]) -> tuple[Change, ...]:
    """Return the changes with their target's status; targets without one were not tried."""
    return tuple(replace(change, status=statuses.get(change.target, "not_tried")) for change in changes)


def lines(desired: Desired, flags: Flags, changes: tuple[Change, ...]) -> tuple[TargetRecap, ...]:
    """Return the closing lines: the state's counts objects, a target's counts its keys."""
    wanted = [item.name for item in desired.objects if item.state != "absent"]
    outside = sum(1 for name in wanted if not covers(flags, name))
    touched = {change.name for change in changes if change.target == STATE}
    ok = len([name for name in wanted if name not in touched]) - outside
    found = [_line(STATE, max(ok, 0), len(touched), outside, _status(changes, STATE))]
    for target in desired.targets:
        total = _total(target)
        if not covers_target(flags, target.name, target.source):
            found.append(TargetRecap(target.name, skipped=total))
            continue
        mine = [change for change in changes if change.target == target.name]
        changed = sum(max(len(change.fields), 1) for change in mine)
        kept = total - sum(1 for change in mine for item in change.fields if target.keys.get(item.path) is not None)
        found.append(_line(target.name, kept, changed, 0, _status(changes, target.name)))
    found += [TargetRecap(target.name, skipped=_total(target)) for target in desired.elsewhere]
    return tuple(found)


def _total(target: TargetDesired) -> int:
    return sum(1 for value in target.keys.values() if value is not None)


def put_right(live: Live, statuses: Mapping[str, ChangeStatus]) -> list[str]:
    """Return a sentence for each target in which other hands had changed what was now written."""
    found: list[str] = []
    for name, entry in live.targets.items():
        if statuses.get(name) != "applied" or entry.recorded is None:
            continue
        fields = changed_outside(entry)
        if entry.status == "absent":
            found.append(f"target {name}: put right: the file had been removed outside mailspec")
        elif fields:
            found.append(f"target {name}: put right what was changed outside mailspec: {', '.join(fields)}")
    return found


def _status(changes: tuple[Change, ...], target: str) -> ChangeStatus:
    return next((change.status for change in changes if change.target == target), "applied")


def _line(name: str, ok: int, changed: int, skipped: int, status: ChangeStatus) -> TargetRecap:
    if status == "applied":
        return TargetRecap(name, ok, changed, 0, skipped)
    if status == "failed":
        return TargetRecap(name, ok, 0, changed, skipped)
    return TargetRecap(name, ok, 0, 0, skipped + changed)
