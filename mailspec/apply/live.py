"""What is there now: the state's side and the targets' side as one value."""

from __future__ import annotations

from pathlib import Path

from mailspec.plan.desired import Desired
from mailspec.plan.live import Live
from mailspec.plan.objects import target_renames
from mailspec.state.records import Snapshot
from mailspec.targets.live import Lookup, read_target


def read_live(snapshot: Snapshot, desired: Desired, root: Path, lookup: Lookup) -> Live:
    """Return the live side that a plan is made against. Reads files, changes nothing."""
    former = target_renames(desired, snapshot.targets)
    targets = {
        target.name: read_target(target, snapshot.targets.get(former.get(target.name, target.name)), root, lookup)
        for target in desired.targets
    }
    named = {*targets, *(target.name for target in desired.elsewhere), *former.values()}
    undeclared = tuple(name for name in snapshot.targets if name not in named)
    here = {name: old for name, old in former.items() if name in targets}
    return Live(snapshot.lineage, snapshot.serial, snapshot.objects, targets, undeclared, here)
