"""A look at the project as it would be: with the real targets, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mailspec.outcome.plan import Json
from mailspec.outcome.report import Report
from mailspec.outcome.secret import Secret
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live
from mailspec.plan.targets import target_changes
from mailspec.targets.live import read_target
from mailspec.workflow.importing.places import Place
from mailspec.workflow.wanted import wanted
from mailspec.workflow.workspace import Workspace


class Rehearsal(NamedTuple):
    """What was found. ``changed`` says for a target's name why it would not leave its file as it is."""

    report: Report
    changed: dict[str, str]


def rehearse(workspace: Workspace, places: list[Place], targets: set[str]) -> Rehearsal:
    """Check a project that is not written yet, and compare what some targets would write with what is there."""
    if workspace.report.failed():
        return Rehearsal(workspace.report, {})
    built = wanted(workspace.resolver)
    changed = {str(problem.object).partition(":")[2]: problem.message for problem in built.problems}
    desired = built.desired
    lookup = _Lookup(places)
    live = {
        target.name: read_target(target, None, Path(workspace.root), lookup)
        for target in desired.targets
        if target.name in targets
    }
    for name, entry in live.items():
        if entry.problem is not None:
            changed[name] = entry.problem
    for change in target_changes(desired, Live(targets=live), Flags()):
        fields = [field.path for field in change.fields]
        if change.target in targets and fields:
            more = f" and {len(fields) - 4} more" if len(fields) > 4 else ""
            changed[change.target] = f"it would change {', '.join(fields[:4])}{more}"
    return Rehearsal(workspace.report, {name: why for name, why in changed.items() if name in targets})


class _Lookup:
    """The passwords that are at hand, by the reference that a plan has: relative to the project."""

    def __init__(self, places: list[Place]) -> None:
        self.known = {tuple(place.from_project.items()): place.secret for place in places}

    def __call__(self, reference: Mapping[str, Json]) -> Secret | None:
        return self.known.get(tuple((kind, str(word)) for kind, word in reference.items()))
