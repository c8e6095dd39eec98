"""The project as ``send``, ``queue`` and ``worker`` see it: valid, and read anew where its files have changed."""

from __future__ import annotations

import os
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from mailspec.workflow.checks.former_secrets import require_no_move
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.own_state import open_session
from mailspec.workflow.policy.commands import commands_of
from mailspec.workflow.project import ApplyRefusedError, ProjectNotFoundError, UsageError
from mailspec.workflow.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from mailspec.workflow.policy.policy_base import Base

# How often a worker looks for changed files, in seconds.
LOOK = 5.0
_ENDINGS = (".yml", ".yaml")


def view_of(
    project: str | None,
    environment: str | None,
    limits: str | None,
    base: Base | None = None,
    state: str | None = None,
) -> Workspace:
    """Load a project for sending. ``base`` is the revision whose policy counts, ``state`` what ``--state`` names.

    Raises:
        ApplyRefusedError: its files have errors, loosen the base's policy, or the limits cannot be used.
        UsageError, ProjectNotFoundError: there is no such project, environment or revision.
        StateError: the state cannot be used.
    """
    workspace = open_workspace(project, environment, CheckOptions(with_env=True), limits_file=limits, base=base)
    _ = workspace.limits
    workspace.require_policy()
    require_no_move(workspace, partial(open_session, workspace, state))
    own = tuple(f for f in workspace.report.findings if f.environment in (None, environment))
    report = workspace.report._replace(findings=own)
    if report.failed():
        raise ApplyRefusedError(report=report)
    return workspace


class Watched:
    """A view that follows the files. Where they have errors, the last good one holds, and ``trouble`` says why.

    Whoever starts it has seen the programs that the files name; those that changed files name are run only where limits
    allow them.
    """

    def __init__(
        self,
        project: str | None,
        environment: str | None,
        limits: str | None,
        base: Base | None = None,
        state: str | None = None,
    ) -> None:
        self._arguments = (project, environment, limits, base, state)
        self._view = view_of(*self._arguments)
        self._commands = frozenset(commands_of(self._view.spec))
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
                view = view_of(*self._arguments)
                view.only_commands(self._commands)
                self._view, self.trouble = view, ""
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
