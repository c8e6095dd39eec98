"""``drift``: what the targets hold now against what the last apply wrote there, by field."""

from __future__ import annotations

import os
import pwd
import time

from mailspec.apply.live import read_live
from mailspec.mail.sign_in_hosts import host_of, port_of
from mailspec.outcome.drift import Drift
from mailspec.outcome.plan import FieldChange, Json
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import TargetDesired
from mailspec.plan.live import LiveTarget
from mailspec.plan.make import exposed
from mailspec.targets.base import TargetProblem
from mailspec.targets.live import values_of
from mailspec.targets.proving import proof_of
from mailspec.targets.registry import find, paths_of, reach_of
from mailspec.workflow.apply.going_back import unlike
from mailspec.workflow.apply.history import last_applied
from mailspec.workflow.apply.prepare import Prepared, with_findings
from mailspec.workflow.checks.moved_secrets import asked_elsewhere
from mailspec.workflow.policy.own_files import linked_file
from mailspec.workflow.project import ApplyRefusedError


def drift(prepared: Prepared) -> list[Drift]:
    """Return one entry a target that was ever written. Reads only; secrets are compared in memory.

    Raises:
        ApplyRefusedError: a target that the files do not name so any more is outside the limits, or its program would
            be asked with a secret where a base revision does not send it.
    """
    written = last_applied(prepared)
    _require_judged(prepared, unlike(written.targets, prepared.desired.targets))
    live = read_live(prepared.applied(), written, prepared.root, prepared.workspace.secrets.lookup)
    return [_of(target, live.targets[target.name], prepared) for target in written.targets]


def _require_judged(prepared: Prepared, targets: list[TargetDesired]) -> None:
    """Hold what an earlier apply wrote to limits and base: the files that it names are those of the change."""
    workspace = prepared.workspace
    limits, root = workspace.limits, workspace.root
    checks: list[Refusal | None] = []
    for target in targets:
        checks.append(linked_file(target, root))
        checks += [limits.target_path(os.path.join(root, path)) for path in paths_of(target)]
        reach = reach_of(target)
        if reach is not None:
            checks.append(limits.host(host_of(reach.url), port_of(reach.url)))
            # The program is asked with it; what its file holds is the change's.
            checks += [limits.secret(reference, root) for reference in reach.references]
    refusal = next((entry for entry in checks if entry is not None), None)
    if refusal is not None:
        raise ApplyRefusedError(refusal)
    base, before = workspace.base, workspace.base_project
    if base is not None and before is not None:
        moved = list(asked_elsewhere(before, workspace.project, targets, base.allowed))
        if moved:
            raise ApplyRefusedError(report=with_findings(prepared.report._replace(findings=()), moved))


def _of(target: TargetDesired, live_target: LiveTarget, prepared: Prepared) -> Drift:
    path = os.path.join(prepared.root, target.path)
    if live_target.problem is not None:
        return Drift(target.name, target.path, (), live_target.problem, "")
    if live_target.status == "absent":
        return Drift(target.name, target.path, (), "the file was removed", "")
    fields: list[FieldChange] = []
    unread: list[str] = []
    for key, wanted in target.keys.items():
        outcome = live_target.secrets.get(key)
        if outcome == "not_checked":
            unread.append(key)
        elif outcome == "changed" and key not in live_target.rotated:
            fields.append(FieldChange(key, wanted, wanted, True))
        elif outcome is None and live_target.keys.get(key) != wanted:
            sensitive = isinstance(wanted, dict)
            fields.append(FieldChange(key, wanted, _shown(live_target.keys.get(key), sensitive=sensitive), sensitive))
    # Where no mode is declared the file keeps the one that it has, and apply would not change it.
    # In brackets, since a target may well have a key of that name.
    wanted_mode = target.options.get("mode")
    if (
        isinstance(wanted_mode, str)
        and live_target.mode is not None
        and int(live_target.mode, 8) != int(wanted_mode, 8)
    ):
        fields.append(FieldChange("(mode)", wanted_mode, live_target.mode))
    notes = [f"not compared, the secret is not readable here: {', '.join(unread)}"] if unread else []
    if live_target.rotated:
        new = ", ".join(sorted(live_target.rotated))
        notes.append(f"rotated since the last apply, the next one writes it: {new}")
    kind = find(target.type)
    if not isinstance(kind, TargetProblem) and kind.not_compared:
        notes.append(kind.not_compared)
    problem = None
    declared = prepared.desired.target(target.name)
    if declared is not None and declared.prove and not fields:
        values = values_of(declared, live_target, prepared.workspace.secrets.lookup)
        proof = proof_of(declared, prepared.root, values)
        if isinstance(proof, str):
            notes.append(proof)
        elif proof is not None:
            problem = proof.message
    file = exposed(target, live_target)
    if file is not None:
        notes.append(f"{file} holds a password and every user can read it; 'mode: \"0600\"' closes it")
    return Drift(
        target.name, target.path, tuple(fields), problem, _last_change(path) if fields else "", "; ".join(notes)
    )


def _shown(value: Json, *, sensitive: bool) -> Json:
    return None if value is None or sensitive else value


def _last_change(path: str) -> str:
    """Say when the file was last written and by whose account it can be, as far as the file system knows."""
    try:
        status = os.stat(path)
    except OSError:
        return ""
    try:
        owner = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        owner = str(status.st_uid)
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(status.st_mtime))
    return f"last written {when} UTC; the file belongs to {owner}"
