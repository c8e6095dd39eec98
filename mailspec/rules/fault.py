"""Which of an account's values is at fault: the one where a finding stands and where a fix is made."""

from __future__ import annotations

from typing import Any, TypeGuard

from mailspec.load.item import Item
from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.outcome.effective import Value

# The layers by strength: of two values that do not fit, the stronger one was written in sight of the other.
_RANK = {"environment": 0, "own": 1, "group": 2, "general": 3, "configuration": 4}


def primary_value(settings: Effective, *fields: Field[Any]) -> Value | None:
    """Return the first of the fields that somebody wrote; else the first that has a value at all."""
    unwritten = None
    for field in fields:
        value = settings.fields.get(field)
        if is_written(value):
            return value
        unwritten = unwritten or value
    return unwritten


def conflicting_value(settings: Effective, *fields: Field[Any]) -> Value | None:
    """Of fields that do not fit together return the strongest layer's; among equals the first."""
    written = [value for field in fields if is_written(value := settings.value(field))]
    if not written:
        return primary_value(settings, *fields)
    return written[0] if len(written) == 1 else min(written, key=_strength)


def is_written(value: Value | None) -> TypeGuard[Value]:
    """Tell whether somebody gave a value, in a file or an environment variable, and it is no default."""
    return value is not None and (value.item is not None or value.origin == "environment")


def _strength(value: Value) -> tuple[int, bool]:
    return _RANK.get(value.origin.partition(":")[0], 1), not is_overlaid(value)


def is_overlaid(value: Value) -> bool:
    """Tell whether a value came from another place than its item: nearly always an environment's overlay."""
    item = value.item
    if not isinstance(item, Item) or not item.elsewhere:
        return False
    return item.source(value.path) != (item.place[0], item.place[1] + value.path)


def same_layer(one: Value | None, other: Value | None) -> bool:
    """Tell whether two values were written in sight of each other."""
    if one is None or other is None:
        return False
    return one.item is other.item and one.origin == other.origin and is_overlaid(one) == is_overlaid(other)
