"""``plan``: wanted minus held, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mailspec.apply.live import read_live
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import finding
from mailspec.plan.after import target_of
from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.guard import refusals
from mailspec.plan.live import Live
from mailspec.plan.make import make_plan
from mailspec.plan.objects import target_renames
from mailspec.secrets.base import Resolved
from mailspec.secrets.resolve import describe
from mailspec.state.records import Snapshot
from mailspec.targets.registry import proof_command
from mailspec.workflow.accounts.secret_lookup import shape_fact
from mailspec.workflow.apply.prepare import Prepared
from mailspec.workflow.options import PLAIN, PlanOptions
from mailspec.workflow.policy.policy_base import refusal_of_targets
from mailspec.workflow.reference.dates import dated_notes


class Planned(NamedTuple):
    """A plan with what stands against it. ``notes`` are its own and those of its targets."""

    plan: Plan
    live: Live
    flags: Flags
    refusals: list[Refusal]
    notes: tuple[str, ...]


def plan(
    prepared: Prepared,
    options: PlanOptions = PLAIN,
    *,
    desired: Desired | None = None,
) -> Planned:
    """Compare what is wanted with the state and the targets. Reads; changes nothing.

    Raises:
        StateError: the state cannot be used.
        UsageError: a name is unknown or ambiguous.
    """
    wanted = desired or prepared.desired
    applied = prepared.applied()
    live = read_live(applied, wanted, prepared.root, prepared.workspace.secrets.lookup)
    flags = prepared.flags(live, options)
    made = make_plan(wanted, live, flags)
    notes = (*made.notes, *(f"target {target.name}: {note}" for target in wanted.targets for note in target.notes))
    proofs = ((target.name, proof_command(target, prepared.root)) for target in wanted.targets)
    notes += tuple(f"target {name}: apply runs: {' '.join(command)}" for name, command in proofs if command)
    notes += (*_moved_away(wanted, applied), *dated_notes(wanted.objects, options.as_of or date.today()))
    earlier = [target_of(name, data) for name, data in applied.targets.items()]
    readers = refusal_of_targets(prepared.workspace, wanted.targets, earlier, prepared.former_targets)
    found = [*refusals(made, wanted, live), *([] if readers is None else [readers])]
    return Planned(made, live, flags, found, notes)


def _moved_away(desired: Desired, applied: Snapshot) -> Iterator[str]:
    """Say which targets are for another machine than when they were last written: nothing would be said of them else,
    whatever changed in what they hold."""
    former = target_renames(desired, applied.targets)
    for target in desired.elsewhere:
        known = applied.targets.get(former.get(target.name, target.name))
        if known is not None and known.get("machine") != target.machine:
            before = known.get("machine") or "every machine"
            now = f"is now for {target.machine}; what it wrote stays as it is"
            yield f"target {target.name}: it was for {before} and {now}"


def secret_findings(prepared: Prepared, desired: Desired, flags: Flags, *, required: bool) -> list[Finding]:
    """Return what is wrong with the secrets that the change will use: presence where required, and shape.

    Secrets of unused configurations are not read.
    """
    from mailspec.apply.request import needed_references

    found: list[Finding] = []
    for reference in needed_references(desired, flags):
        secret = prepared.workspace.secrets.read(reference)
        if isinstance(secret, Resolved):
            continue
        if required:
            message = f"The secret ({describe(reference)}) is needed and cannot be read: {secret.message}."
            found.append(finding("MS302", message, None, help=secret.help))
    for item in desired.objects:
        password = item.fields.get(Settings.auth.password)
        if item.state != "active" or not isinstance(password, dict):
            continue
        secret = prepared.workspace.secrets.read(password)
        if isinstance(secret, Resolved):
            fact = shape_fact(
                str(item.fields.get("provider")), secret.secret, str(item.fields.get(Settings.auth.method))
            )
            if fact is not None:
                found.append(
                    finding(fact.code, fact.message, None, severity=fact.severity, object=item.name, help=fact.help)
                )
        elif required:
            message = f"The secret ({describe(password)}) is needed and cannot be read: {secret.message}."
            if all(message != other.message for other in found):
                found.append(finding("MS302", message, None, object=item.name, help=secret.help))
    return found
