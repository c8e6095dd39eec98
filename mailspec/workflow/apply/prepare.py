"""What plan, apply, rollback and status have in common: a valid Spec, its wanted side, and the state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mailspec.outcome.finding import Finding
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.plan.after import target_of
from mailspec.plan.desired import Desired, TargetDesired, placed
from mailspec.plan.flags import Flags
from mailspec.plan.limit import select
from mailspec.plan.live import Live
from mailspec.source.git import commit_of
from mailspec.state.records import Snapshot
from mailspec.state.session import Session
from mailspec.state.store import former_applies, snapshot
from mailspec.workflow.checks.former_secrets import require_no_move
from mailspec.workflow.options import PlanOptions
from mailspec.workflow.own_state import open_session, state_url
from mailspec.workflow.policy.outside_limits import beyond, beyond_reach
from mailspec.workflow.policy.policy_base import APPLIED, as_applied
from mailspec.workflow.project import ApplyRefusedError, UsageError
from mailspec.workflow.wanted import wanted
from mailspec.workflow.workspace import Workspace

# The code of a secret that goes to a new place.
_MOVED = "MS806"


class Prepared:
    """A workspace without errors, what its Spec wants, and the state that this is compared with."""

    def __init__(self, workspace: Workspace, desired: Desired, session: Session, machine: str | None = None) -> None:
        self.workspace = workspace
        self.machine = machine
        self.desired = self.here(desired)
        self.session = session
        self.root = Path(workspace.root)

    def here(self, desired: Desired) -> Desired:
        """Return what is wanted with the targets of other machines set aside."""
        spec, environment = self.workspace.spec, self.workspace.environment or "base"
        names = (spec.instance_id, *self.workspace.former_ids)
        owners = tuple(dict.fromkeys(f"instance={name} environment={environment}" for name in names))
        return placed(desired, machine_names(self.machine), *owners)

    @property
    def report(self) -> Report:
        """The findings that concern what is planned."""
        return report_of(self.workspace)

    def flags(self, live: Live, options: PlanOptions) -> Flags:
        """Return the flags of a plan with full names.

        Raises:
            UsageError: a name is unknown or ambiguous.
        """
        return Flags(
            self._names("--limit", options.limit, live) if options.limit else None,
            options.prune,
            self._names("--confirm-delete", options.confirmed, live),
            options.allowed,
            "" if options.as_of is None else options.as_of.isoformat(),
            self.workspace.environment,
            commit_of(self.workspace.root),
            machine_names(self.machine)[0] if self._names_machines else "",
        )

    @property
    def _names_machines(self) -> bool:
        return any(target.machine for target in (*self.desired.targets, *self.desired.elsewhere))

    def _names(self, option: str, words: tuple[str, ...], live: Live) -> tuple[str, ...]:
        chosen = select(words, self.desired, live)
        if chosen.ambiguous:
            word, names = next(iter(chosen.ambiguous.items()))
            raise UsageError(f"{option} {word} can mean several things. Say which: {', '.join(names)}.")
        if chosen.unknown:
            word = chosen.unknown[0]
            raise UsageError(f"{option}: nothing is named '{word}'. {chosen.instead(word)}")
        return chosen.names

    def applied(self) -> Snapshot:
        """Return what the state holds."""
        return snapshot(self.session)

    def former_targets(self) -> Iterator[TargetDesired]:
        """Yield what each apply that holds has written, the newest first. Raises ``StateError``."""
        for former in former_applies(self.session):
            yield from (target_of(name, data) for name, data in former.targets.items())


def machine_names(given: str | None) -> tuple[str, ...]:
    """Return the names by which targets may call this run's machine: the given one, else the host's, long and short."""
    host = os.uname().nodename
    return (given,) if given else (host, host.partition(".")[0])


def prepare(workspace: Workspace, state: str | None = None, machine: str | None = None) -> Prepared:
    """Check a workspace, work out what it wants and open its state; nothing is created.

    ``state`` is what ``--state`` names, ``machine`` what ``--machine`` does.

    Raises:
        ApplyRefusedError: the files have errors, the change loosens the base revision's policy, the Spec asks for more
            than the limits allow, or the state's URL cannot be used.
        StateError: the state cannot be used.
        UsageError: there is no such environment or revision.
    """
    if workspace.base is not None and workspace.base.revision == APPLIED:
        known = as_applied(workspace.base, open_session(workspace, state))
        if isinstance(known, Refusal):
            raise ApplyRefusedError(known)
        workspace.base = known
    workspace.require_policy()
    report = report_of(workspace)
    built = wanted(workspace.resolver)
    failed = built.problems or report.failed()
    if failed and not (report.failed() and only_moved(report) and not built.problems):
        raise ApplyRefusedError(report=with_findings(report, built.problems))
    url = state_url(workspace, state)
    workspace.keep_state(str(url.path or ""))
    # What the limits forbid is never to be approved, so it is told before what could be (MS806).
    refusal = beyond(workspace.limits, built.desired, workspace.root) or beyond_reach(workspace.limits, workspace.spec)
    if refusal is not None:
        raise ApplyRefusedError(refusal)
    if failed:
        raise ApplyRefusedError(report=report)
    session = open_session(workspace, state, machine)
    # Before anybody is asked: a program is, with its token, where a plan compares.
    require_no_move(workspace, lambda: session)
    return Prepared(workspace, built.desired, session, machine)


def only_moved(report: Report) -> bool:
    """Tell whether all errors are secrets that go to a new place."""
    return all(entry.code == _MOVED for entry in report.counted if entry.severity == "error")


def report_of(workspace: Workspace) -> Report:
    """Return the report that can stop a plan: another environment's errors stop that environment, not the base.

    A secret that goes to a new place there does: what is applied is what later changes are compared with.
    """
    report = workspace.report
    if workspace.environment is not None:
        return report
    ours = (entry for entry in report.findings if entry.environment is None or entry.code == _MOVED)
    return report._replace(findings=tuple(ours))


def with_findings(report: Report, findings: list[Finding]) -> Report:
    """Return the report with more findings, in order."""
    return report._replace(findings=tuple(sorted((*report.findings, *findings), key=lambda f: f.sort_key)))
