"""What a target holds that the last apply did not write: changes made by other hands, field by field."""

from __future__ import annotations

from mailspec.outcome.plan import FieldChange, Json
from mailspec.plan.desired import secret_reference
from mailspec.plan.live import LiveTarget


def drifted(live_target: LiveTarget) -> tuple[FieldChange, ...]:
    """Return each key that differs from what was written: ``before`` is what was written, ``after`` what is there.

    A secret carries its reference on both sides: its value differs from what the reference gives today, because the
    file was changed or the secret was rotated. Where it could not be compared it is left out.
    """
    if live_target.recorded is None or live_target.status == "unreadable":
        return ()
    found = [_field(key, value, live_target) for key, value in live_target.recorded.items()]
    return tuple(item for item in found if item is not None)


def _field(key: str, written: Json, live_target: LiveTarget) -> FieldChange | None:
    reference = secret_reference(written)
    if reference is None:
        if key in live_target.secrets:
            return None
        there = live_target.keys.get(key)
        return FieldChange(key, written, there) if there != written else None
    if live_target.secrets.get(key) == "changed":
        return FieldChange(key, reference, reference, sensitive=True)
    return FieldChange(key, reference, None, sensitive=True) if key not in live_target.secrets else None
