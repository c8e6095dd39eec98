"""Findings that only follow from another one: what stood in a part that could not be read is not missing."""

from __future__ import annotations

from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding

# The word that names something, and the sections in which that may be declared.
_DECLARED_IN = {
    "configuration": {"configurations"},
    "members": {"users"},
    "senders": {"users", "groups"},
}
_ABSENCE_OF = {"MS403": {"configurations"}, "MS502": {"configurations", "general"}}
# What people need comes from all of these.
_OF_PEOPLE = {"general", "groups", "configurations"}


def is_follow_up(finding: Finding, spec: Spec) -> bool:
    """Tell whether a finding says no more than that a broken part is not there."""
    gaps = spec.gaps
    if not gaps:
        return False
    if finding.code == "MS006":
        words = [word for word in finding.path.split("/") if word and not word.isdigit()]
        return bool(gaps & _DECLARED_IN.get(words[-1] if words else "", set()))
    if finding.code == "MS405":
        return bool(gaps & _OF_PEOPLE) and not (finding.object or "").startswith("configuration:")
    return bool(gaps & _ABSENCE_OF.get(finding.code, set()))
