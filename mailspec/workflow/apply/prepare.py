"""What plan, apply, rollback and status have in common: a valid Spec, its wanted side, and the state."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.limit import select
from mailspec.plan.live import Live
from mailspec.resolve import Variables
from mailspec.state.records import Snapshot
from mailspec.state.session import Session
from mailspec.state.store import open_state, snapshot
from mailspec.state.url import OPTION, VARIABLE, parse_url
from mailspec.workflow.apply.wanted import wanted
from mailspec.workflow.policy.applied_base import as_applied
from mailspec.workflow.policy.outside_limits import Limits, beyond, load_limits
from mailspec.workflow.policy.policy_base import APPLIED, NO_BASE, Base
from mailspec.workflow.project import Project, UsageError, open_project
from mailspec.workflow.secrets.secret_lookup import Secrets
from mailspec.workflow.validate.checking import check, variables_of


class ApplyRefusedError(Exception):
    """Nothing was begun. ``refusal`` says why, or ``report`` holds findings at error level."""

    def __init__(self, refusal: Refusal | None = None, report: Report | None = None) -> None:
        super().__init__(refusal.message if refusal else "the files have errors")
        self.refusal = refusal
        self.report = report


class Prepared:
    """A valid Spec, what it wants, and the state that it is compared with."""

    def __init__(
        self,
        project: Project,
        spec: Spec,
        report: Report,
        desired: Desired,
        variables: Variables,
        session: Session,
        limits: Limits,
    ) -> None:
        self.project = project
        self.spec = spec
        self.report = report
        self.desired = desired
        self.variables = variables
        self.session = session
        self.limits = limits
        self.secrets = Secrets(project.root, limits)
        self.root = Path(project.root)

    def flags(
        self,
        live: Live,
        *,
        limit: tuple[str, ...] = (),
        prune: bool = False,
        confirmed: tuple[str, ...] = (),
        allowed: tuple[str, ...] = (),
        as_of: date | None = None,
    ) -> Flags:
        """Return the flags of a plan with full names.

        Raises:
            UsageError: a name is unknown or ambiguous.
        """
        return Flags(
            self._names("--limit", limit, live) if limit else None,
            prune,
            self._names("--confirm-delete", confirmed, live),
            allowed,
            "" if as_of is None else as_of.isoformat(),
            self.spec.environment,
            commit_of(self.project.root),
        )

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


def prepare(
    project: str | None,
    environment: str | None,
    state: str | None,
    as_of: date | None = None,
    limits: str | None = None,
    base: Base = NO_BASE,
) -> Prepared:
    """Load and validate a project and open its state; nothing is created.

    Raises:
        ApplyRefusedError: the files have errors, or the state's URL cannot be used.
        UsageError, ProjectNotFoundError: as :func:`mailspec.workflow.project.open_project`.
    """
    opened = open_project(project or ".", project, environment)
    spec = opened.spec(environment)
    day = as_of or date.today()
    report = check(opened, environment, with_env=True, as_of=day)
    known = as_applied(base, opened_state(state, opened.root, spec, environment)) if base.revision == APPLIED else base
    if isinstance(known, Refusal):
        raise ApplyRefusedError(known)
    stop_unless_policy_holds(opened, report, known, day)
    if environment is None:
        # Another environment's errors stop that environment, not the base.
        report = report._replace(findings=tuple(f for f in report.findings if f.environment is None))
    variables = variables_of(spec)
    built = wanted(spec, variables)
    if built.problems or report.failed():
        raise ApplyRefusedError(report=with_findings(report, built.problems))
    accepted_limits = within(limits, built.desired, opened.root)
    session = opened_state(state, opened.root, spec, environment)
    return Prepared(opened, spec, report, built.desired, variables, session, accepted_limits)


def opened_state(given: str | None, root: str, spec: Spec, environment: str | None) -> Session:
    """Return the state that the command line or the environment names; nothing is created.

    Raises:
        ApplyRefusedError: its URL cannot be used.
    """
    url = parse_url(given or os.environ.get(VARIABLE), Path(root), OPTION if given else VARIABLE)
    if isinstance(url, Refusal):
        raise ApplyRefusedError(url)
    return open_state(url, spec.instance_id, environment)


def stop_unless_policy_holds(project: Project, report: Report, base: Base, day: date) -> None:
    """Hold a change to the policy of its base revision.

    Raises:
        ApplyRefusedError: it loosens that policy, or silences what the policy forbids.
        UsageError: there is no such revision.
    """
    refusal = base.refusal(project, report, day)
    if refusal is not None:
        raise ApplyRefusedError(refusal)


def within(option: str | None, desired: Desired, root: str) -> Limits:
    """Return the limits of this run.

    Raises:
        ApplyRefusedError: they cannot be used, or the Spec asks for more than they allow.
    """
    limits = load_limits(option)
    if isinstance(limits, Refusal):
        raise ApplyRefusedError(limits)
    refusal = beyond(limits, desired, root)
    if refusal is not None:
        raise ApplyRefusedError(refusal)
    return limits


def with_findings(report: Report, findings: list[Finding]) -> Report:
    """Return the report with more findings, in order."""
    return report._replace(findings=tuple(sorted((*report.findings, *findings), key=lambda f: f.sort_key)))


def commit_of(root: str) -> str | None:
    """Return the Git commit that the project is at, ``None`` outside Git."""
    try:
        found = subprocess.run(
            ["git", "-C", root, "rev-parse", "--verify", "--quiet", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
