"""What a change does to the policy: loosening it is destructive, because everything else leans on it."""

from __future__ import annotations

from typing import Any

from mailspec.load.spec import Spec
from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.difference import Consequence
from mailspec.outcome.plan import FieldChange

_RANK = {"off": 0, "info": 1, "warning": 2, "error": 3}
_LISTS = ("allowed_sender_domains", "allowed_recipients")


def policy_effects(before: Spec, after: Spec) -> list[Consequence]:
    """Return at most one effect for what is loosened and one for the rest."""
    loosened: list[FieldChange] = []
    other: list[FieldChange] = []
    for change in _changes(before.policy.data, after.policy.data):
        (loosened if _loosens(change) else other).append(change)
    cause = after.policy.locate(()) if after.policy.data else None
    found = []
    if loosened:
        found.append(Consequence("policy_loosened", ("policy",), tuple(loosened), cause=cause))
    if other:
        found.append(Consequence("policy", ("policy",), tuple(other), cause=cause))
    return found


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    found = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if key == "severity":
            one, other = one or {}, other or {}
            found += [
                FieldChange(f"severity.{code}", one.get(code), other.get(code))
                for code in dict.fromkeys([*one, *other])
                if one.get(code) != other.get(code)
            ]
        elif one != other:
            found.append(FieldChange(key, one, other))
    return found


def _loosens(change: FieldChange) -> bool:
    before, after = change.before, change.after
    if change.path == "require_tls":
        return before is True
    if change.path in _LISTS:
        if not isinstance(before, list):
            return False
        return not isinstance(after, list) or any(entry not in before for entry in after)
    if change.path.startswith("severity."):
        entry = CATALOGUE.get(change.path.partition(".")[2])
        default = entry.severity if entry is not None else "error"
        return _RANK[str(after or default)] < _RANK[str(before or default)]
    if change.path == "thresholds" or change.path == "protected":
        return before is not None
    return False
