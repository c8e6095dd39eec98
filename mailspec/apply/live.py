"""What is there now: the state's side and the targets' side as one value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailspec.files.opening import follow_links
from mailspec.plan.desired import Desired
from mailspec.plan.live import Live
from mailspec.plan.objects import target_renames
from mailspec.state.records import Snapshot
from mailspec.targets.live import Lookup, read_target


def read_live(snapshot: Snapshot, desired: Desired, root: Path, lookup: Lookup) -> Live:
    """Return the live side that a plan is made against. Reads files, changes nothing."""
    former = target_renames(desired, snapshot.targets)
    former |= _same_files(snapshot, desired, root, former)
    targets = {
        target.name: read_target(target, snapshot.targets.get(former.get(target.name, target.name)), root, lookup)
        for target in desired.targets
    }
    named = {*targets, *(target.name for target in desired.elsewhere), *former.values()}
    undeclared = tuple(name for name in snapshot.targets if name not in named)
    here = {name: old for name, old in former.items() if name in targets}
    return Live(snapshot.lineage, snapshot.serial, snapshot.objects, targets, undeclared, here)


def _same_files(snapshot: Snapshot, desired: Desired, root: Path, former: Mapping[str, str]) -> dict[str, str]:
    """Return new name to old name of the targets that write the file of one that is declared no more: it is that one,
    whatever it is called, and protected as that one is."""
    named = {target.name for target in (*desired.targets, *desired.elsewhere)} | set(former.values())
    gone: dict[str, list[str]] = {}
    for name, data in snapshot.targets.items():
        if name not in named:
            gone.setdefault(_place(root, str(data["path"])), []).append(name)
    found: dict[str, str] = {}
    for target in desired.targets if gone else ():
        if target.name in snapshot.targets or target.name in former:
            continue
        for name in gone.get(_place(root, target.path), ()):
            machine = snapshot.targets[name].get("machine")
            if name not in found.values() and (None in (machine, target.machine) or machine == target.machine):
                found[target.name] = name
                break
    return found


def _place(root: Path, path: str) -> str:
    return path if "\0" in path else follow_links(root / path)
