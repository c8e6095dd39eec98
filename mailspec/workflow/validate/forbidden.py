"""What an apply would refuse besides errors, told of files alone: by a runner's limits, by what holds without any, and
with ``--base``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mailspec.files.opening import MIB
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report, finding
from mailspec.plan.desired import Desired
from mailspec.resolve import Resolver
from mailspec.workflow.apply.prepare import only_moved, with_findings
from mailspec.workflow.own_state import brought_state, state_url
from mailspec.workflow.policy.commands import commands_of
from mailspec.workflow.policy.outside_limits import Limits, beyond, beyond_reach
from mailspec.workflow.project import ApplyRefusedError, Project
from mailspec.workflow.validate.standing import standing_targets
from mailspec.workflow.wanted import wanted
from mailspec.workflow.workspace import Workspace

# What the targets of all environments hold together at most, in characters, to be compared with limits in one run.
_ALL_ENVIRONMENTS = 128 * MIB


def forbidden_in(workspaces: Sequence[Workspace], report: Report) -> tuple[Report, Forbidden]:
    """Return a report with the targets that could not be written, and what would be refused in several projects.

    Raises:
        ApplyRefusedError: the limits cannot be used.
    """
    found = [forbidden(workspace) for workspace in workspaces]
    problems = [problem for entry in found for problem in entry.problems]
    refusals = [refusal for entry in found for refusal in entry.refusals]
    standing = [refusal for entry in found for refusal in entry.standing]
    return with_findings(report, problems) if problems else report, Forbidden(refusals, standing, problems)


class Forbidden(NamedTuple):
    """What would be refused, what a change has not brought of that, and the targets that could not be written.

    What the base asks for already was approved on a runner whose limits name it, and that may be another one than this.
    """

    refusals: list[Refusal]
    standing: list[Refusal]
    problems: list[Finding]


def forbidden(workspace: Workspace) -> Forbidden:
    """Return the first thing that would be refused in the base and in each environment, or in the one that counts;
    nothing where an apply would not get that far, because files have errors. The same is told once.

    Raises:
        ApplyRefusedError: the limits cannot be used.
    """
    if workspace.report.failed() and not only_moved(workspace.report):
        return Forbidden([], [], [])
    found: dict[str, Refusal] = {}
    standing: dict[str, Refusal] = {}
    problems: dict[tuple[str | None, str], Finding] = {}
    with suppress(ApplyRefusedError):
        url = state_url(workspace, None)
        workspace.keep_state(str(url.path or ""))
        brought = brought_state(url.path, Path(workspace.root))
        found |= {} if brought is None else {brought.message: brought}
    loaded = workspace.project.loaded
    before = workspace.base_project
    specs = [workspace.spec] if workspace.environment is not None else [loaded.base, *loaded.environments.values()]
    room = _ALL_ENVIRONMENTS
    for spec in specs:
        if room < 0:
            # Nothing of what was not looked at may pass for allowed.
            problems["", ""] = _not_looked_at(spec, specs)
            break
        built = wanted(Resolver(spec))
        room -= built.size
        limits = workspace.limits._replace(originals=partial(workspace.originals.of, environment=spec.environment))
        for refusal in _forbidden(_of_change(limits, spec, before, workspace.project), spec, built.desired):
            found.setdefault(refusal.message, refusal)
        for refusal in _forbidden(limits, spec, built.desired) if before is not None else ():
            standing.setdefault(refusal.message, refusal)
        for problem in built.problems:
            problems.setdefault((problem.object, problem.message), problem.replace(environment=spec.environment))
    left = [refusal for message, refusal in standing.items() if message not in found]
    return Forbidden(list(found.values()), left, list(problems.values()))


def _not_looked_at(spec: Spec, specs: Sequence[Spec]) -> Finding:
    more = len(specs) - 1 - next(number for number, other in enumerate(specs) if other is spec)
    also = f" and {more:,} more" if more else ""
    return finding(
        "MS405",
        f"The targets of all environments hold more than {_ALL_ENVIRONMENTS // MIB} MiB together; the environment "
        f"'{spec.environment}'{also} {'were' if more else 'was'} not compared with the limits.",
        None,
        help="Check one environment at a time with -E, or let several programs read one file.",
    ).replace(environment=spec.environment)


def _of_change(limits: Limits, spec: Spec, before: Project | None, now: Project) -> Limits:
    """Return the limits in which what stands in the base is no proposal."""
    if before is None:
        return limits
    earlier = before.loaded.environments.get(spec.environment or "", before.loaded.base)
    return limits._replace(
        standing_commands=frozenset(commands_of(earlier)),
        standing_targets=frozenset(standing_targets(before, now, spec)),
    )


def _forbidden(limits: Limits, spec: Spec, desired: Desired) -> Iterator[Refusal]:
    refusal = beyond(limits, desired, spec.root)
    if refusal is not None:
        yield refusal
    reached = [] if spec.redirect_to else spec.policy.get("test_recipients") or []
    refused = (limits.recipient(address) for address in reached if isinstance(address, str))
    yield from filter(None, (beyond_reach(limits, spec), *refused))
