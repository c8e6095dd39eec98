"""The project as ``send``, ``queue`` and ``worker`` see it: valid, and read anew where its files have changed."""

from __future__ import annotations

import os
from time import monotonic

from mailspec.workflow.options import CheckOptions
from mailspec.workflow.project import ApplyRefusedError, ProjectNotFoundError, UsageError
from mailspec.workflow.workspace import Workspace, open_workspace

# How often a worker looks for changed files, in seconds.
LOOK = 5.0
_ENDINGS = (".yml", ".yaml")


def view_of(project: str | None, environment: str | None, limits: str | None) -> Workspace:
    """Load a project for sending.

    Raises:
        ApplyRefusedError: its files have errors, or the limits cannot be used.
        UsageError, ProjectNotFoundError: there is no such project or environment.
    """
    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits)
    _ = workspace.limits
    own = tuple(f for f in workspace.report.findings if f.environment in (None, environment))
    report = workspace.report._replace(findings=own)
    if report.failed():
        raise ApplyRefusedError(report=report)
    return workspace


class Watched:
    """A view that follows the files. Where they have errors, the last good one holds, and ``trouble`` says why."""

    def __init__(self, project: str | None, environment: str | None, limits: str | None) -> None:
        self._arguments = (project, environment, limits)
        self._view = view_of(*self._arguments)
        self._stamp = _stamp(self._view.spec.root)
        self._next = monotonic() + LOOK
        self.trouble = ""

    def __call__(self) -> Workspace:
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
                    status = os.stat(path)
                except OSError:
                    continue
                found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(found)
