"""Thresholds of the policy: how much one plan may change, and what it must leave alone.

They are counted against what is held, so that a first apply, which takes nothing from anybody, is never stopped.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from mailspec.outcome.plan import Change, FieldChange, Plan
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.live import Live, LiveTarget

# What --allow takes for this once; protected names are allowed one by one, as protected:NAME, and so are
# configurations that nobody has proven, as unproven=NAME.
AFFECTED_PEOPLE, DELETIONS, DEACTIVATION = "affected-people", "deletions", "deactivation"
PROTECTED = "protected:"
UNPROVEN = "unproven="
# A file of another environment is taken over target by target, as take-over=TARGET.
TAKE_OVER = "take-over="
# A reference to a secret that goes to a new place (MS806), as secret-move=env:NAME.
SECRET_MOVE = "secret-move="  # noqa: S105 - a word of the command line
# Switching mail off as a whole.
OFF = "off"
POLICY_CHANGE = "policy-change"
ALLOWABLE = (AFFECTED_PEOPLE, DELETIONS, DEACTIVATION, OFF, POLICY_CHANGE)
_TOUCHING = frozenset({"update", "deactivate", "delete"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``policy.thresholds`` and ``policy.protected``; ``None`` is not limited.

    ``affected_people`` is a number of people, or a share of them such as ``"20%"``.
    """

    affected_people: int | str | None = None
    deletions: int | None = None
    allow_deactivation: bool = True
    protected: tuple[str, ...] = ()


def beyond_thresholds(plan: Plan, live: Live, limits: Thresholds) -> list[Refusal]:
    """Return what the policy's thresholds forbid, each with its rule, its numbers, its key and its flag."""
    allowed = set(plan.basis.allowed)
    found: list[Refusal] = []
    if AFFECTED_PEOPLE not in allowed:
        found += _people(plan, live, limits.affected_people)
    if DELETIONS not in allowed:
        found += _deletions(plan, limits.deletions)
    found += _deactivation(plan, limits, allowed)
    return found + _protected(plan, live, limits.protected, allowed)


def _people(plan: Plan, live: Live, limit: int | str | None) -> list[Refusal]:
    if limit is None:
        return []
    known = {name for name in live.objects if name.startswith("user:")}
    # Whoever gets another address is known by the former one.
    touched = {name for change in plan.changes if change.action in _TOUCHING for name in _names(change)} & known
    if isinstance(limit, str):
        # Whole numbers: 20 % of 5 people is exactly one person.
        over = len(touched) * 100 > int(limit.removesuffix("%")) * len(known)
    else:
        over = len(touched) > limit
    if not over:
        return []
    share = round(100 * len(touched) / len(known))
    return [
        _refusal(
            AFFECTED_PEOPLE,
            f"the plan changes the settings of {len(touched)} of {len(known)} people ({share} %), "
            f"and policy.thresholds.affected_people allows {limit}",
            "policy.thresholds.affected_people",
        )
    ]


def _deletions(plan: Plan, limit: int | None) -> list[Refusal]:
    gone = [change.name for change in plan.changes if change.action == "delete"]
    if limit is None or len(gone) <= limit:
        return []
    return [
        _refusal(
            DELETIONS,
            f"the plan deletes {len(gone)} ({shorten_list(gone, _SHOWN)}), "
            f"and policy.thresholds.deletions allows {limit}",
            "policy.thresholds.deletions",
        )
    ]


def _deactivation(plan: Plan, limits: Thresholds, allowed: set[str]) -> list[Refusal]:
    """Ask for an approval of switching mail off: always, and once more where the policy forbids it."""
    if any(change.action == "activate" for change in plan.changes):
        return []
    found: list[Refusal] = []
    for change in plan.changes:
        if change.action != "deactivate":
            continue
        what = f"the plan switches {change.name} off and activates no other, so mail is off"
        if DEACTIVATION not in allowed and not limits.allow_deactivation:
            message = f"{what}, and policy.thresholds.allow_deactivation is false"
            found.append(_refusal(DEACTIVATION, message, "policy.thresholds.allow_deactivation"))
        elif not {OFF, DEACTIVATION} & allowed:
            found.append(
                Refusal(OFF, what, f"if that is meant, add --allow {OFF}; else activate another configuration")
            )
    return found


def _protected(plan: Plan, live: Live, protected: tuple[str, ...], allowed: set[str]) -> list[Refusal]:
    found: list[Refusal] = []
    for name in protected:
        touching = [
            change
            for change in plan.changes
            if change.action in _TOUCHING and (name in _names(change) or _takes_away(change, name, live))
        ]
        if touching and PROTECTED + name not in allowed:
            actions = ", ".join(dict.fromkeys(f"{change.action} {change.name}" for change in touching))
            found.append(
                _refusal(
                    PROTECTED + name,
                    f"the plan would {actions}, and policy.protected names '{name}'",
                    "policy.protected",
                )
            )
    return found


def _takes_away(change: Change, name: str, live: Live) -> bool:
    """Tell whether what a protected object gives, a program or a person gets from elsewhere.

    The object itself may stay as it is: a target that names another configuration leaves it without its use.
    """
    if change.target != "state":
        target = live.targets.get(change.target)
        # What a hand changed in the file is put right; that is no change of what the object gives.
        return (
            target is not None and _is_called(target.source, name) and any(_differs(f, target) for f in change.fields)
        )
    hosts = [
        entry.fields.get("host")
        for entry in live.objects.values()
        if entry.name.startswith("configuration:") and _is_called(entry.name, name)
    ]
    return any(field.path == "host" and field.before is not None and field.before in hosts for field in change.fields)


def _is_called(name: str | None, wanted: str) -> bool:
    return name is not None and wanted in (name, name.partition(":")[2])


def _differs(change: FieldChange, target: LiveTarget) -> bool:
    recorded = (target.recorded or {}).get(change.path)
    return change.after != (recorded.get("secret") if isinstance(recorded, dict) else recorded)


def _names(change: Change) -> set[str]:
    """Return the names that a change goes by; a renamed object still answers to its former one."""
    kind, _, short = change.name.partition(":")
    former = [field.before for field in change.fields if field.path == "name" and isinstance(field.before, str)]
    names = {change.name, short, *former, *(f"{kind}:{name}" for name in former)}
    return names if change.target == "state" else {*names, change.target, f"target:{change.target}"}


def _refusal(rule: str, message: str, key: str) -> Refusal:
    return Refusal(rule, message, f"if it is meant, add --allow {shlex.quote(rule)} for this once, or change {key}")
