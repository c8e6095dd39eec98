"""``plan``: wanted minus held, and what forbids it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from mailspec.apply.live import read_live
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import finding
from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.guard import refusals
from mailspec.plan.live import Live
from mailspec.plan.make import make_plan
from mailspec.secrets.base import Resolved
from mailspec.secrets.resolve import describe
from mailspec.targets.registry import proof_command
from mailspec.workflow.accounts.secret_lookup import shape_fact
from mailspec.workflow.apply.prepare import Prepared
from mailspec.workflow.options import PLAIN, PlanOptions
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
    live = read_live(prepared.applied(), wanted, prepared.root, prepared.workspace.secrets.lookup)
    flags = prepared.flags(live, options)
    made = make_plan(wanted, live, flags)
    notes = (*made.notes, *(f"target {target.name}: {note}" for target in wanted.targets for note in target.notes))
    proofs = ((target.name, proof_command(target, prepared.root)) for target in wanted.targets)
    notes += tuple(f"target {name}: apply runs: {' '.join(command)}" for name, command in proofs if command)
    notes += dated_notes(wanted.objects, options.as_of or date.today())
    return Planned(made, live, flags, refusals(made, wanted, live), notes)


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
