"""``--base @applied``: the policy of the last apply.

What was merged is not yet approved. If a pipeline took "the commit before this push" as the base, a loosening whose own
apply was refused would be the base of the next push. What was applied is what somebody let through.
"""

from __future__ import annotations

from mailspec.outcome.refusal import Refusal
from mailspec.state.session import Session
from mailspec.state.store import history
from mailspec.workflow.policy.policy_base import APPLIED, Base


def as_applied(base: Base, session: Session) -> Base | Refusal:
    """Return the base with ``@applied`` looked up in the state.

    Where nothing was applied yet no policy is known, and whoever may approve that has to start.
    """
    if base.revision != APPLIED or base.change_allowed:
        return base
    commit = next(
        (entries.commit for entries in history(session) if entries.status == "applied" and entries.commit), None
    )
    if commit is not None:
        return base._replace(revision=commit)
    return Refusal(
        "no-base",
        f"nothing was applied yet as instance '{session.key['instance']}', so no policy is known to hold this to",
        "whoever may approve a first apply runs it with --allow-policy-change",
    )
