"""Whether an approved plan still is what would be done now."""

from __future__ import annotations

from mailspec.outcome.plan import Basis, Plan
from mailspec.outcome.refusal import Refusal

_AGAIN = "run 'mailspec plan' again and have the new plan approved"
_REASONS = {
    "lineage": "the state is another one (its lineage differs)",
    "serial": "something was applied since",
    "spec": "the Spec's effective settings changed",
    "environment": "it was made for another environment",
    "variables": "the environment variables that override settings changed",
    "live": "what the targets hold changed",
    "limit": "--limit differs",
    "prune": "--prune differs",
    "confirmed": "--confirm-delete differs",
    "allowed": "--allow differs",
    "as_of": "--as-of differs",
    "machine": "it was made for another machine",
}


def stale(approved: Plan, now: Plan) -> Refusal | None:
    """Return why an approved plan must not be applied, ``None`` where what is derived now equals it."""
    differences = [
        _reason(name, approved.basis, now.basis) for name in _REASONS if _differs(name, approved.basis, now.basis)
    ]
    differences += _secrets(approved, now)
    if not differences and approved.digest != now.digest:
        differences.append("the changes that would be made are others")
    if not differences:
        return None
    return Refusal("stale-plan", f"the plan is out of date: {'; '.join(differences)}", _AGAIN)


def _differs(name: str, approved: Basis, now: Basis) -> bool:
    return bool(getattr(approved, name) != getattr(now, name))


def _reason(name: str, approved: Basis, now: Basis) -> str:
    if name == "serial":
        return f"{_REASONS[name]} (the plan is for serial {approved.serial}, the state has {now.serial})"
    if name == "environment":
        return f"{_REASONS[name]} ({approved.environment or 'the base'}, now {now.environment or 'the base'})"
    if name == "live":
        changed = sorted(
            target
            for target in approved.live.keys() | now.live.keys()
            if approved.live.get(target) != now.live.get(target)
        )
        return f"{_REASONS[name]} ({', '.join(changed)})"
    if name == "as_of":
        return f"{_REASONS[name]} ({approved.as_of or 'not given'}, now {now.as_of or 'not given'})"
    return _REASONS[name]


def _secrets(approved: Plan, now: Plan) -> list[str]:
    """A secret that was compared at planning must turn out the same; one that was not may do either."""
    changed = [
        place
        for place, outcome in approved.secrets.items()
        if outcome != "not_checked" and now.secrets.get(place, outcome) not in (outcome, "not_checked")
    ]
    return [f"a secret or what a target holds of it changed ({', '.join(changed)})"] if changed else []
