"""``validate``: load, resolve, run the rules on the base and every overlay, and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mailspec.outcome.report import Report, join_reports
from mailspec.workflow.options import OFFLINE, CheckOptions
from mailspec.workflow.workspace import Workspace, open_workspaces

if TYPE_CHECKING:
    from mailspec.workflow.policy.policy_base import Base


def validate(
    paths: Sequence[str] = (".",),
    *,
    project: str | None = None,
    environment: str | None = None,
    options: CheckOptions = OFFLINE,
    base: Base | None = None,
) -> Report:
    """Validate the projects around ``paths``. Reads files only, unless asked for secrets or the environment.

    Raises:
        UsageError: a path, project or environment that does not exist.
        ProjectNotFoundError: a project without any spec file.
    """
    return joined(examine(paths, project=project, environment=environment, options=options, base=base))


def examine(
    paths: Sequence[str] = (".",),
    *,
    project: str | None = None,
    environment: str | None = None,
    options: CheckOptions = OFFLINE,
    base: Base | None = None,
    limits: str | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> list[Workspace]:
    """Validate as :func:`validate` does, and return each project with its report worked out.

    ``limits`` is the file that says what a runner may touch; ``instead`` holds other contents for some files.
    """
    workspaces = open_workspaces(
        paths or (".",), project, environment, options, base=base, limits_file=limits, instead=instead
    )
    for workspace in workspaces:
        _ = workspace.report
    return workspaces


def joined(workspaces: Sequence[Workspace]) -> Report:
    """Make one report of several projects'."""
    return join_reports([workspace.report for workspace in workspaces])
