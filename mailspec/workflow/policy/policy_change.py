"""What a change does to the policy: loosening it is destructive, because everything else leans on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailspec.load import Loaded
from mailspec.load.spec import Spec
from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.difference import Consequence
from mailspec.outcome.plan import FieldChange
from mailspec.text.address_patterns import covered, domain_covered

_RANK = {"off": 0, "info": 1, "warning": 2, "error": 3}


def policy_effects(before: Spec, after: Spec) -> list[Consequence]:
    """Return at most one effect for what is loosened and one for the rest."""
    changes = _changes(before, after)
    loose = [change for change in changes if _loosens(change, before)]
    other = [change for change in changes if change not in loose]
    cause = after.policy.locate(()) if after.policy.data else None
    own = next((change.path for change in changes if change.path.startswith(_OF_ENVIRONMENT)), None)
    if own is not None and after.overlay is None:
        cause = None
    elif own is not None and after.overlay is not None:
        word = own.removeprefix(_OF_ENVIRONMENT)
        cause = after.overlay.locate((word,) if after.overlay.get(word) is not None else ())
    found = []
    if loose:
        found.append(Consequence("policy_loosened", ("policy",), tuple(loose), cause=cause))
    if other:
        found.append(Consequence("policy", ("policy",), tuple(other), cause=cause))
    return found


def production_moved(before: Loaded, after: Loaded) -> FieldChange | None:
    """Return the change where something is production no more while there are other environments: MS804 and MS805 keep
    those away from production, so a new one of that kind would set them free."""
    one, other = _production(before), _production(after)
    if not before.environments or set(one) <= set(other):
        return None
    if before.environments.keys() & (set(other) - set(one)):
        # The change of its kind says so already.
        return None
    return FieldChange(_PRODUCTION, ", ".join(one), ", ".join(other))


def _production(loaded: Loaded) -> list[str]:
    return [name for name, spec in loaded.environments.items() if spec.kind == "production"] or ["base"]


def production_effect(before: Loaded, after: Loaded) -> list[Consequence]:
    """Return at most one effect: that something is production no more."""
    change = production_moved(before, after)
    return [] if change is None else [Consequence("policy_loosened", ("policy",), (change,))]


def loosened(before: Spec, after: Spec) -> list[FieldChange]:
    """Return what a change loosens: what was refused or told before and would not be any more."""
    found = [change for change in _changes(before, after) if _loosens(change, before)]
    prefixes = [spec.instance.get("env_prefix") for spec in (before, after)]
    if prefixes[1] is not None and prefixes[0] != prefixes[1]:
        # It names variables of whoever runs this, and their values become settings, which plans show.
        found.append(FieldChange("instance.env_prefix", *prefixes))
    return found


def _changes(before: Spec, after: Spec) -> list[FieldChange]:
    one, other = _flat(before.policy.data), _flat(after.policy.data)
    found = [
        FieldChange(key, one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]
    if before.instance_id != after.instance_id:
        # The state is kept by this name: under another one nothing is known, and no threshold counts anything.
        found.append(FieldChange("instance.id", before.instance_id, after.instance_id))
    return [*found, *_environment_changes(before, after)]


def _environment_changes(before: Spec, after: Spec) -> list[FieldChange]:
    """Return what changes of what an environment says of itself: whom its mail can reach.

    One that is gone says nothing any more: otherwise a second change could bring it back in other words.
    """
    if before.environment is None or after.environment not in (None, before.environment):
        return []
    pairs = (("kind", before.kind, after.kind), ("redirect_to", before.redirect_to, after.redirect_to))
    return [FieldChange(f"{_OF_ENVIRONMENT}{word}", old, new) for word, old, new in pairs if old != new]


_OF_ENVIRONMENT = "environment."
_PRODUCTION = "environments.production"


def _flat(policy: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in policy.items():
        if key in {"severity", "thresholds"} and isinstance(value, dict):
            flat |= {f"{key}.{word}": entry for word, entry in value.items()}
        elif not key.startswith("x-"):
            flat[key] = value
    return flat


def _loosens(change: FieldChange, policy: Spec) -> bool:
    section, _, word = change.path.partition(".")
    before, after = change.before, change.after
    if change.path == f"{_OF_ENVIRONMENT}kind":
        return after != "test" and (before == "test" or after == "production")
    if change.path == f"{_OF_ENVIRONMENT}redirect_to":
        # Whoever gets it instead gets every message, links that reset passwords among them.
        return before is not None
    if section == "severity":
        entry = CATALOGUE.get(word)
        default = entry.severity if entry is not None else "error"
        return _RANK[str(after or default)] < _RANK[str(before or default)]
    if section == "thresholds":
        return before is not None and _more(before, after)
    if change.path in _LOOSENS:
        return _LOOSENS[change.path](before, after)
    if change.path == "test_recipients":
        allowed = policy.policy.get("allowed_recipients")
        return _recipients(allowed if isinstance(allowed, list) else before, after)
    return change.path == "instance.id"


def _more(before: Any, after: Any) -> bool:
    """Tell whether a threshold lets more pass. A number and a share cannot be compared, so that counts as more."""
    if isinstance(before, bool):
        return before is False
    if type(before) is not type(after):
        return True
    return int(str(after).removesuffix("%")) > int(str(before).removesuffix("%"))


def _recipients(before: Any, after: Any) -> bool:
    if not isinstance(before, list):
        return False
    known = [entry for entry in before if isinstance(entry, str)]
    # "*@news.acme.example" is covered where an address there is.
    return not isinstance(after, list) or not all(covered(str(entry), known) for entry in after)


def _domains(before: Any, after: Any) -> bool:
    if not isinstance(before, list):
        return False
    known = [entry for entry in before if isinstance(entry, str)]
    return not isinstance(after, list) or not all(domain_covered(str(entry), known) for entry in after)


_LOOSENS: dict[str, Callable[[Any, Any], bool]] = {
    "require_tls": lambda before, _after: before is True,
    "allowed_sender_domains": _domains,
    "allowed_recipients": _recipients,
    "protected": lambda before, after: bool(set(before or ()) - set(after or ())),
}
