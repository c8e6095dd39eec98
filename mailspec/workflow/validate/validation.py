"""``validate``: load, resolve, run the rules on the base and every overlay, and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from mailspec.outcome.report import Report
from mailspec.workflow.project import Project, open_projects
from mailspec.workflow.validate.checking import check


def validate(
    paths: Sequence[str] = (".",),
    *,
    project: str | None = None,
    environment: str | None = None,
    with_secrets: bool = False,
    with_env: bool = False,
    as_of: date | None = None,
) -> Report:
    """Validate the projects around ``paths``. Reads files only, unless asked for secrets or the environment.

    Raises:
        UsageError: a path, project or environment that does not exist.
        ProjectNotFoundError: a project without any spec file.
    """
    looked = partial(examine, paths, project=project, environment=environment, as_of=as_of)
    return joined([report for _, report in looked(with_secrets=with_secrets, with_env=with_env)])


def examine(
    paths: Sequence[str] = (".",),
    *,
    project: str | None = None,
    environment: str | None = None,
    with_secrets: bool = False,
    with_env: bool = False,
    as_of: date | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> list[tuple[Project, Report]]:
    """Validate as :func:`validate` does, project by project.

    ``instead`` holds other contents for some files.
    """
    opened = open_projects(paths or (".",), project, environment, instead)
    judge = partial(check, with_secrets=with_secrets, with_env=with_env, as_of=as_of or date.today())
    return [(entry, judge(entry, environment)) for entry in opened]


def joined(reports: Sequence[Report]) -> Report:
    """Make one report of several projects'."""
    if len(reports) == 1:
        return reports[0]
    findings = sorted((f for report in reports for f in report.findings), key=lambda f: f.sort_key)
    texts = {name: text for report in reports for name, text in report.texts.items()}
    return Report(tuple(findings), sum(report.files for report in reports), texts)
