"""The references to secrets that limits are asked about: those that a plan uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mailspec.model.fields import SENSITIVE
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired, secret_reference
from mailspec.targets.registry import reach_of


def judged_references(desired: Desired) -> Iterator[Mapping[str, Any]]:
    """Yield the references of all targets, and of the accounts that are in use."""
    for target in desired.targets:
        yield from of_target(target)
    for item in in_use(desired):
        yield from of_fields(item.fields)


def of_target(target: TargetDesired) -> list[Mapping[str, Any]]:
    """Return the references that a target writes, or asks its program with."""
    reach = reach_of(target)
    written = [reference for reference in map(secret_reference, target.keys.values()) if reference is not None]
    return [*written, *(() if reach is None else reach.references)]


def of_fields(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the references among an account's settings."""
    return [value for name in sorted(SENSITIVE) if isinstance(value := fields.get(name), Mapping)]


def in_use(desired: Desired) -> list[DesiredObject]:
    """Return the objects that are active, or written to a target."""
    given = {target.source for target in desired.targets}
    present = (item for item in desired.objects if item.state != "absent")
    return [item for item in present if item.state == "active" or item.name in given]
