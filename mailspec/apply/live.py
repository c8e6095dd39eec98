"""What is there now: the state's side and the targets' side as one value."""

from __future__ import annotations

from pathlib import Path

from mailspec.plan.desired import Desired
from mailspec.plan.live import Live
from mailspec.state.records import Snapshot
from mailspec.targets.live import Lookup, read_target


def read_live(snapshot: Snapshot, desired: Desired, root: Path, lookup: Lookup) -> Live:
    """Return the live side that a plan is made against. Reads files, changes nothing."""
    targets = {
        target.name: read_target(target, snapshot.targets.get(target.name), root, lookup) for target in desired.targets
    }
    elsewhere = {target.name for target in desired.elsewhere}
    undeclared = tuple(name for name in snapshot.targets if name not in targets and name not in elsewhere)
    return Live(snapshot.lineage, snapshot.serial, snapshot.objects, targets, undeclared)
