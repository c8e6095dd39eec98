"""Which keys of which target a change writes, from what each side wants there."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.difference import Written
from mailspec.workflow.diff.sides import Side
from mailspec.workflow.wanted import wanted


def writes(before: Side, after: Side) -> Iterator[Written]:
    """Yield each target of which keys change, come or go; new and removed targets are effects of their own."""
    if not (before.spec.targets and after.spec.targets):
        return
    earlier = {target.name: target for target in wanted(before.resolver).desired.targets}
    for target in wanted(after.resolver).desired.targets:
        old = earlier.get(target.name)
        if old is None:
            continue
        keys = [key for key in dict.fromkeys([*old.keys, *target.keys]) if old.keys.get(key) != target.keys.get(key)]
        if keys:
            yield Written(target.name, target.path, tuple(keys))
