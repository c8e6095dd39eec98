"""Digests over canonical JSON. No secret value reaches this module, so none enters a digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from mailspec.outcome.plan import Basis, Change
from mailspec.plan.desired import Desired
from mailspec.plan.live import LiveTarget


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, everything but ASCII escaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: Any) -> str:
    """Return ``sha256:`` and the hexadecimal digest of a value's canonical JSON."""
    return "sha256:" + hashlib.sha256(canonical(value).encode()).hexdigest()


def spec_digest(desired: Desired) -> str:
    """Return the digest of what is wanted; the order of declaration does not matter."""
    objects = {
        item.name: [item.fields, item.state, item.renamed_from, sorted(item.sensitive)] for item in desired.objects
    }
    targets = {item.name: [item.type, item.path, item.keys, item.options] for item in desired.targets}
    return digest({"objects": objects, "targets": targets})


def target_digest(live_target: LiveTarget) -> str:
    """Return the digest of what a target holds, or the word ``absent``. Of secrets only the presence
    counts."""
    if live_target.status == "absent":
        return "absent"
    return digest(
        [
            live_target.status,
            live_target.keys,
            sorted(live_target.secrets),
            live_target.mode,
            dict(live_target.readable),
        ]
    )


def plan_digest(changes: tuple[Change, ...], basis: Basis) -> str:
    """Return the digest of a plan: its approved changes and its basis, without the commit."""
    data = asdict(basis)
    del data["commit"]
    return digest({"changes": [change.data for change in approved(changes)], "basis": data})


def approved(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes as they can be compared between two machines.

    A field whose reference stays and whose value changes is left out: a machine without the secrets cannot
    see it.
    """
    kept: list[Change] = []
    for change in changes:
        fields = tuple(item for item in change.fields if not (item.sensitive and item.before == item.after))
        if fields or not change.fields:
            kept.append(Change(change.target, change.name, change.action, fields, change.note))
    return tuple(kept)
