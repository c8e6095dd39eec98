"""Plans and recaps as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mailspec.outcome.plan import Change
from mailspec.outcome.recap import Recap
from mailspec.plan.saved import as_json
from mailspec.render.as_json import records

plan_data = as_json


def recap_data(recap: Recap) -> dict[str, Any]:
    """Return what an apply did as data."""
    counts: dict[str, int] = {"create": 0, "update": 0, "delete": 0, "activate": 0, "deactivate": 0}
    for change in recap.changes:
        counts[change.action] += 1
    refusal = recap.refusal
    return {
        "version": 1,
        "changes": [_change(change) for change in recap.changes],
        "summary": counts,
        "tests": records(recap.tests),
        "accounts": records(recap.accounts),
        "recap": [
            {"name": r.name, "ok": r.ok, "changed": r.changed, "failed": r.failed, "skipped": r.skipped}
            for r in recap.targets
        ],
        "refusal": None
        if refusal is None
        else {"rule": refusal.rule, "message": refusal.message, "help": refusal.help},
        "failure": recap.failure,
        "history": recap.history,
        "notes": list(recap.notes),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "target": change.target,
        "name": change.name,
        "action": change.action,
        "fields": list(fields(change)),
        "note": change.note,
        "status": change.status,
    }


def fields(change: Change) -> Iterable[dict[str, Any]]:
    """Yield a change's fields as data."""
    for field in change.fields:
        yield {"path": field.path, "before": field.before, "after": field.after, "sensitive": field.sensitive}
