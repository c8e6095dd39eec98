"""Which accounts the programs that are written are given: those that an apply tries before."""

from __future__ import annotations

from collections.abc import Iterable

from mailspec.model.fields import Settings
from mailspec.plan.desired import Desired, TargetDesired, secret_reference
from mailspec.plan.digest import canonical


def given(desired: Desired, touched: Iterable[str]) -> set[str]:
    """Return the names of the configurations and of the bulk account that touched targets send by.

    That is what a target is rendered from, and whose password it is given besides.
    """
    names: set[str] = set()
    for target in desired.targets:
        if target.name not in touched:
            continue
        names |= {target.source} if target.source else set()
        references = _references(target)
        names |= {
            item.name
            for item in desired.objects
            if item.name in target.carries
            and item.name.partition(":")[0] in ("configuration", "bulk")
            and canonical(item.fields.get(Settings.auth.password)) in references
        }
    return names


def _references(target: TargetDesired) -> set[str]:
    found = (secret_reference(value) for value in target.keys.values())
    return {canonical(reference) for reference in found if reference is not None}
