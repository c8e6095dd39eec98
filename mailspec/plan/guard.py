"""What a plan must not do, whoever approves it; the policy's own thresholds are in :mod:`mailspec.plan.thresholds`."""

from __future__ import annotations

import shlex

from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired, TargetDesired, secret_reference
from mailspec.plan.live import Live, LiveTarget
from mailspec.plan.objects import STATE, stays_undeclared
from mailspec.plan.thresholds import TAKE_OVER, beyond_thresholds


def refusals(plan: Plan, desired: Desired, live: Live) -> list[Refusal]:
    """Return every reason not to apply a plan; empty when there is none."""
    return [
        *_unconfirmed(plan),
        *_active_lost(plan, live),
        *beyond_thresholds(plan, live, desired.thresholds),
        *_targets(plan, desired, live),
    ]


def _unconfirmed(plan: Plan) -> list[Refusal]:
    confirmed = set(plan.basis.confirmed)
    return [
        Refusal(
            "unconfirmed-deletion",
            f"{change.name} would be deleted, and no one has confirmed it by name",
            f"if that is meant, add --confirm-delete {shlex.quote(change.name)}",
        )
        for change in plan.changes
        # People and mailings that are no longer declared leave by that; the policy's thresholds count them.
        if change.action == "delete"
        and (change.target != STATE or stays_undeclared(change.name))
        and not {change.name, change.name.partition(":")[2]} & confirmed
    ]


def _active_lost(plan: Plan, live: Live) -> list[Refusal]:
    deleted = {change.name for change in plan.changes if change.action == "delete"}
    if live.active not in deleted or any(change.action == "activate" for change in plan.changes):
        return []
    return [
        Refusal(
            "active-deleted",
            f"{live.active} is in use, and the plan deletes it without activating another one",
            "give another configuration 'state: active' in the same change, or first apply with this one 'inactive'",
        )
    ]


def _taken(plan: Plan, target: TargetDesired, live_target: LiveTarget, touched: set[str]) -> bool:
    mine = (target.owner, *target.former_owners)
    other = bool(live_target.owner and target.owner) and live_target.owner not in mine
    return other and target.name in touched and TAKE_OVER + target.name not in plan.basis.allowed


def _targets(plan: Plan, desired: Desired, live: Live) -> list[Refusal]:
    touched = {change.target for change in plan.changes}
    found: list[Refusal] = []
    for target in desired.targets:
        live_target = live.targets.get(target.name)
        if live_target is None:
            continue
        if live_target.problem is not None:
            found.append(
                Refusal(
                    "target-unusable", f"target {target.name}: {live_target.problem}", live_target.help, Exit.FINDINGS
                )
            )
        elif _taken(plan, target, live_target, touched):
            found.append(
                Refusal(
                    "other-environment",
                    f"target {target.name}: {target.path} belongs to {live_target.owner}, and this would make it "
                    f"{target.owner}",
                    f"give the target a path or machine of its own here; to take the file over, add --allow "
                    f"{shlex.quote(TAKE_OVER + target.name)}",
                )
            )
        elif live_target.status == "foreign" and target.name in touched and not target.options.get("adopt"):
            found.append(
                Refusal(
                    "foreign-file",
                    f"target {target.name}: {target.path} exists and mailspec never wrote it",
                    "read what the plan would change there, then set 'adopt: true' for this target",
                )
            )
        elif target.name in touched and (file := _shown_to_all(target, live_target)) is not None:
            found.append(
                Refusal(
                    "readable-file",
                    f"target {target.name}: everybody on the machine may read {file}, "
                    "and a password would come into it",
                    "set 'mode: \"0600\"' for this target, or another mode by which its program can read it",
                )
            )
    return found


def _shown_to_all(target: TargetDesired, live_target: LiveTarget) -> str | None:
    """Return a file that others may read and that a secret comes into, where none was written yet; ``None`` for none.

    A declared mode has a rule. What else the file has under the key does not count: it may be a reference, or a place
    to fill in.
    """
    if target.options.get("mode"):
        return None
    written = live_target.recorded or {}
    secrets = [
        key
        for key, value in target.keys.items()
        if secret_reference(value) is not None
        and (secret_reference(written.get(key)) is None or key not in live_target.secrets)
        and live_target.secrets.get(key) != "unchanged"
    ]
    return next(filter(None, map(live_target.shown_to_all, secrets)), None)
