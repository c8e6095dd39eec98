"""A look at the project as it would be: in a folder of its own, with the real targets and nothing written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mailspec.files.writing import write_file
from mailspec.outcome.plan import Json
from mailspec.outcome.report import Report
from mailspec.outcome.secret import Secret
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live
from mailspec.plan.targets import target_changes
from mailspec.targets.live import read_target
from mailspec.workflow.apply.wanted import wanted
from mailspec.workflow.importing.places import Place
from mailspec.workflow.workspace import open_workspace


class Rehearsal(NamedTuple):
    """What was found. ``changed`` says for a target's name why it would not leave its file as it is."""

    report: Report
    changed: dict[str, str]


def rehearse(files: Mapping[str, bytes], root: str, places: list[Place], targets: set[str]) -> Rehearsal:
    """Load the files, by their path in the project, and compare what some targets would write with what is there."""
    with tempfile.TemporaryDirectory(prefix="mailspec-") as folder:
        for name, raw in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, raw)
        workspace = open_workspace(folder)
        report = _named_as_in(workspace.report, folder)
        if report.failed():
            return Rehearsal(report, {})
        built = wanted(workspace.resolver)
    changed = {str(problem.object).partition(":")[2]: problem.message for problem in built.problems}
    desired = built.desired
    lookup = _Lookup(places)
    live = {
        target.name: read_target(target, None, Path(root), lookup)
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
    return Rehearsal(report, {name: why for name, why in changed.items() if name in targets})


class _Lookup:
    """The passwords that are at hand, by the reference that a plan has: relative to the project."""

    def __init__(self, places: list[Place]) -> None:
        self.known = {tuple(place.from_project.items()): place.secret for place in places}

    def __call__(self, reference: Mapping[str, Json]) -> Secret | None:
        return self.known.get(tuple((kind, str(word)) for kind, word in reference.items()))


def _named_as_in(report: Report, folder: str) -> Report:
    """Return the findings with the files' names in the project instead of the rehearsal's."""
    findings = []
    for entry in report.findings:
        where = entry.location
        if where is not None:
            name = os.path.relpath(os.path.join(os.getcwd(), where.file), os.path.realpath(folder))
            entry = entry._replace(location=where._replace(file=name))
        findings.append(entry)
    return report._replace(findings=tuple(findings))
