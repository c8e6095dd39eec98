"""``validate --base REV``: a change that loosens the policy is judged by the policy that it loosens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.workflow.policy.policy_base import Base, judged_by
from mailspec.workflow.project import open_projects
from mailspec.workflow.validate.checking import check
from mailspec.workflow.validate.validation import joined


def judge(
    report: Report,
    paths: Sequence[str],
    project: str | None,
    environment: str | None,
    base: tuple[str | None, bool],
    *,
    as_of: date | None = None,
) -> tuple[Report, Refusal | None]:
    """Return the report that counts, and the first refusal.

    Raises:
        UsageError: there is no such revision.
    """
    held_base, day = Base(*base), as_of or date.today()
    refusals: list[Refusal] = []
    reports: list[Report] = []
    for opened in open_projects(paths, project, environment):
        refusal, before = held_base.refusal(opened, report, day), held_base.before(opened)
        if refusal is not None and before is not None:
            refusals.append(refusal)
            opened = judged_by(opened, before)
        reports.append(check(opened, environment, as_of=day))
    return (joined(reports), refusals[0]) if refusals else (report, None)
