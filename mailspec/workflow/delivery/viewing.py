"""The project as ``send``, ``queue`` and ``worker`` see it: valid, and read anew where its files have changed."""

from __future__ import annotations

import os
from datetime import date
from time import monotonic

from mailspec.workflow.apply.prepare import ApplyRefusedError
from mailspec.workflow.delivery.routing import View
from mailspec.workflow.mailtest.mail_tests import limits_of
from mailspec.workflow.project import ProjectNotFoundError, UsageError, open_project
from mailspec.workflow.validate.checking import check, variables_of

# How often a worker looks for changed files, in seconds.
LOOK = 5.0
_ENDINGS = (".yml", ".yaml")


def view_of(project: str | None, environment: str | None, limits: str | None) -> View:
    """Load a project for sending.

    Raises:
        ApplyRefusedError: its files have errors, or the limits cannot be used.
        UsageError, ProjectNotFoundError: there is no such project or environment.
    """
    held = limits_of(limits)
    opened = open_project(project or ".", project, environment)
    spec = opened.spec(environment)
    report = check(opened, environment, with_env=True, as_of=date.today())
    own = tuple(f for f in report.findings if f.environment in (None, environment))
    report = report._replace(findings=own)
    if report.failed():
        raise ApplyRefusedError(report=report)
    return View(spec, variables_of(spec), held)


class Watched:
    """A view that follows the files. Where they have errors, the last good one holds, and ``trouble`` says why."""

    def __init__(self, project: str | None, environment: str | None, limits: str | None) -> None:
        self._arguments = (project, environment, limits)
        self._view = view_of(*self._arguments)
        self._stamp = _stamp(self._view.spec.root)
        self._next = monotonic() + LOOK
        self.trouble = ""

    def __call__(self) -> View:
        """Return the newest view that can be used."""
        if monotonic() < self._next:
            return self._view
        self._next = monotonic() + LOOK
        stamp = _stamp(self._view.spec.root)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._view = view_of(*self._arguments)
                self.trouble = ""
            except (ApplyRefusedError, UsageError, ProjectNotFoundError) as error:
                self.trouble = f"the changed files cannot be used, what held before holds on: {error}"
        return self._view


def _stamp(root: str) -> tuple[tuple[str, int, int], ...]:
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(_ENDINGS):
                path = os.path.join(folder, name)
                try:
                    held = os.stat(path)
                except OSError:
                    continue
                found.append((path, held.st_mtime_ns, held.st_size))
    return tuple(found)
