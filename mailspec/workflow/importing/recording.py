"""The state learns what was imported: it is in force already, so nothing is written and no server is asked."""

from __future__ import annotations

from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.outcome.exits import Exit
from mailspec.workflow.apply.planning import plan
from mailspec.workflow.apply.prepare import prepare
from mailspec.workflow.checks.former_secrets import places_to_record
from mailspec.workflow.workspace import open_workspace


def record(root: str, state: str | None = None) -> str | None:
    """Record the project as applied; return why not, in words, where an apply would do more than that.

    Raises:
        ApplyRefusedError, UsageError, StateError: as :func:`mailspec.workflow.apply.prepare.prepare` and ``plan``.
    """
    prepared = prepare(open_workspace(root), state)
    planned = plan(prepared)
    if planned.live.objects or planned.live.serial:
        return "this project was applied before: see mailspec plan"
    if planned.refusals:
        return planned.refusals[0].message
    changed = sorted({change.target for change in planned.plan.changes if change.target != "state" and change.fields})
    if changed:
        return f"an apply would change {', '.join(changed)}: see mailspec plan"
    lookup = prepared.workspace.secrets.lookup
    request = Request(
        prepared.desired,
        planned.flags,
        prepared.root,
        lookup,
        approved=planned.plan,
        sent=places_to_record(prepared.workspace),
    )
    recap = apply(prepared.session, request)
    if recap.exit is Exit.CLEAN:
        return None
    return recap.failure or (recap.refusal.message if recap.refusal is not None else "see mailspec plan")
