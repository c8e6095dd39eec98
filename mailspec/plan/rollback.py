"""An earlier entry of the history as what is wanted now. Its secrets are references, resolved anew by the
apply."""

from __future__ import annotations

from mailspec.outcome.plan import Json
from mailspec.plan.after import target_of
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.live import Live, LiveObject
from mailspec.plan.thresholds import Thresholds


def wanted_again(
    objects: dict[str, LiveObject],
    targets: dict[str, dict[str, Json]],
    live: Live,
    thresholds: Thresholds | None = None,
) -> Desired:
    """Return the desired side of a rollback.

    What came later stays, switched off: a rollback deletes nothing, so it needs no confirmation.
    ``thresholds`` are today's: the way back is a change like any other.
    """
    former = [
        DesiredObject(item.name, item.fields, "active" if item.active else "inactive", None, item.sensitive)
        for item in objects.values()
    ]
    later = [
        DesiredObject(item.name, item.fields, "inactive", None, item.sensitive)
        for item in live.objects.values()
        if item.name not in objects
    ]
    return Desired(
        objects=(*former, *later),
        targets=tuple(target_of(name, entry) for name, entry in targets.items()),
        thresholds=thresholds or Thresholds(),
    )
