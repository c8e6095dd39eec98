"""What a target holds that the last apply did not write: changes made by other hands, field by field."""

from __future__ import annotations

from mailspec.outcome.plan import FieldChange, Json
from mailspec.plan.desired import secret_reference
from mailspec.plan.live import LiveTarget


def drifted(live_target: LiveTarget) -> tuple[FieldChange, ...]:
    """Return each key that differs from what was written: ``before`` is what was written, ``after`` what is there.

    A secret carries its reference on both sides: its value differs from what the reference gives today. It is left out
    where it could not be compared, and where it is known to have been rotated.
    """
    if live_target.recorded is None or live_target.status == "unreadable":
        return ()
    found = [_field(key, value, live_target) for key, value in live_target.recorded.items()]
    return tuple(item for item in found if item is not None)


def changed_outside(live_target: LiveTarget) -> list[str]:
    """Return what other hands changed, in words; another secret only where somebody wrote the target since."""
    return [
        f"{item.path} (or its secret was rotated)" if item.path in live_target.edited else item.path
        for item in drifted(live_target)
        if not item.sensitive or item.after is None or item.path in live_target.edited
    ]


def _field(key: str, written: Json, live_target: LiveTarget) -> FieldChange | None:
    reference = secret_reference(written)
    if reference is None:
        if key in live_target.secrets:
            return None
        there = live_target.keys.get(key)
        return FieldChange(key, written, there) if there != written else None
    if live_target.secrets.get(key) == "changed":
        return None if key in live_target.rotated else FieldChange(key, reference, reference, sensitive=True)
    return FieldChange(key, reference, None, sensitive=True) if key not in live_target.secrets else None
