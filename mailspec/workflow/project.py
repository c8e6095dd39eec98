"""Find and load the project that a command is about."""

from __future__ import annotations

import os
from typing import NamedTuple

from mailspec.load import Loaded, load
from mailspec.load.spec import Spec
from mailspec.source.folder import Folder, find_project
from mailspec.source.layout import MAIN


class WrongUseError(Exception):
    """The command was given something that does not exist or cannot be meant; the message says what to do."""


class NoSpecError(Exception):
    """There is no spec file where one was looked for."""


class Project(NamedTuple):
    """A loaded project. ``only`` are the files that were asked for by name; empty means all."""

    root: str
    folder: Folder
    loaded: Loaded
    only: tuple[str, ...]

    def spec(self, environment: str | None) -> Spec:
        """Return the Spec of an environment, the base for ``None``.

        Raises:
            WrongUseError: no such environment is declared.
        """
        if environment is None:
            return self.loaded.base
        found = self.loaded.environments.get(environment)
        if found is None:
            known = ", ".join(self.loaded.base.environments) or "none"
            raise WrongUseError(f"There is no environment '{environment}'. Declared: {known}.")
        return found


def open_project(path: str, project: str | None = None, environment: str | None = None) -> Project:
    """Load the project around ``path``, or the one that is named.

    Raises:
        WrongUseError: the path does not exist, or a named file is not part of the project.
        NoSpecError: the project has no spec file.
    """
    if not os.path.lexists(path):
        raise WrongUseError(f"{path} does not exist.")
    if project is not None and not os.path.isdir(project):
        raise WrongUseError(f"--project: {project} is not a folder.")
    start = path if os.path.isdir(path) else os.path.dirname(path) or "."
    root = os.path.abspath(project) if project is not None else find_project(start) or os.path.abspath(start)
    folder = Folder(root, os.getcwd())
    only: tuple[str, ...] = ()
    if not os.path.isdir(path):
        only = (folder.name(os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")),)
    loaded = load(folder, root, folder.name(MAIN), environment)
    if not loaded.files:
        raise NoSpecError(
            f"No spec files in {root}: neither {MAIN} nor the folders that it may have. Try: mailspec init"
        )
    if only and only[0] not in loaded.read:
        raise WrongUseError(
            f"{path} is not read by the project in {root}. Put it into configurations/, groups/, users/, mailings/, "
            "targets/ or environments/, or name it in include."
        )
    return Project(root, folder, loaded, only)
