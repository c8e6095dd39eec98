"""Find and load the projects that a command is about."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mailspec import __version__
from mailspec.files.opening import follow_links
from mailspec.load import Loaded, load
from mailspec.load.spec import Spec
from mailspec.source.folder import Folder, Planned, find_project
from mailspec.source.layout import MAIN
from mailspec.workflow.ownership import foreign, linked, shell_folder

if TYPE_CHECKING:
    from mailspec.outcome.refusal import Refusal
    from mailspec.outcome.report import Report
    from mailspec.source.revision import GitRevision


class UsageError(Exception):
    """The command was given something that does not exist or cannot be meant; the message says what to do."""


class ProjectNotFoundError(Exception):
    """There is no spec file where one was looked for."""


class ApplyRefusedError(Exception):
    """Nothing was begun. ``refusal`` says why, or ``report`` holds findings at error level."""

    def __init__(self, refusal: Refusal | None = None, report: Report | None = None) -> None:
        super().__init__(refusal.message if refusal else "the files have errors")
        self.refusal = refusal
        self.report = report


class Project(NamedTuple):
    """A loaded project. ``only`` are the files that were asked for by name; empty means all.

    ``revision`` is where the files come from that are not the folder's own as it is. ``starts`` are the folders from
    which the project was found, upwards, where nobody named it.
    """

    root: str
    folder: Folder
    loaded: Loaded
    only: tuple[str, ...]
    revision: Folder | GitRevision | None = None
    starts: tuple[str, ...] = ()

    @property
    def source(self) -> Folder | GitRevision:
        """Where the files come from, also those that others name."""
        return self.revision or self.folder

    def spec(self, environment: str | None) -> Spec:
        """Return the Spec of an environment, the base for ``None``.

        Raises:
            UsageError: no such environment is declared.
        """
        if environment is None:
            return self.loaded.base
        found = self.loaded.environments.get(environment)
        if found is None and environment in self.loaded.base.environments:
            raise UsageError(
                f"The environment '{environment}' is not read: the project has too many environments and objects. "
                "mailspec validate says how many."
            )
        if found is None:
            known = ", ".join(self.loaded.base.environments) or "none"
            raise UsageError(f"There is no environment '{environment}'. Declared: {known}.")
        return found


def open_project(path: str, project: str | None = None) -> Project:
    """Load the project around ``path``, or the one that is named.

    Raises:
        UsageError: the path does not exist, or a named file is not part of the project.
        ProjectNotFoundError: the project has no spec file.
    """
    return open_projects((path,), project)[0]


def open_projects(
    paths: Sequence[str],
    project: str | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> list[Project]:
    """Load each project that one of ``paths`` lies in, once. Files of one project are asked for together.

    ``instead`` holds other contents for some files, by the name that is shown.

    Raises:
        UsageError, ProjectNotFoundError: as :func:`open_project`.
    """
    try:
        here = os.getcwd()
    except OSError:
        raise UsageError("The working folder is gone or cannot be read. Change to another one.") from None
    asked: dict[str, list[str]] = {}
    for path in paths:
        asked.setdefault(_root(path, project), []).append(path)
    for root in asked:
        require_own(root, here)
    found = [(_load(Folder(root, here, instead), entry), entry) for root, entry in asked.items()]
    return [opened if project is not None else opened._replace(starts=_starts(entry, here)) for opened, entry in found]


def planned_project(
    root: str, texts: Mapping[str, bytes], gone: Collection[str] = (), *, ignored_soon: Sequence[str] = ()
) -> Project:
    """Load the project in a folder as it would be with other ``texts``, by their paths in it, and some files ``gone``.

    ``ignored_soon`` are folders that Git will be told to ignore.

    Raises:
        ProjectNotFoundError: there would be no spec file.
    """
    return _load(Planned(root, texts, gone, ignored_soon), ())


def require_own(root: str, here: str) -> None:
    """Refuse a project of another user, or one that a link of a checkout leads to; ``here`` is the working folder.

    Raises:
        ApplyRefusedError: it is not the user's, root's or a trusted one, or not the checkout's.
    """
    refusal = linked(root, here) or foreign(root, here)
    if refusal is not None:
        raise ApplyRefusedError(refusal)


def _starts(paths: Sequence[str], here: str) -> tuple[str, ...]:
    """Return the folders from which a project was looked for, as they are named."""
    folders = (path if os.path.isdir(path) else os.path.dirname(path) for path in paths)
    return tuple(os.path.abspath(os.path.join(shell_folder(here), folder)) for folder in folders)


def _start(path: str) -> str:
    return os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path) or ".")


def _root(path: str, project: str | None) -> str:
    if not os.path.lexists(path):
        raise UsageError(f"{path} does not exist.")
    if project is None:
        return find_project(_start(path)) or _start(path)
    if not os.path.isdir(project):
        raise UsageError(f"--project: {project} is not a folder.")
    root = os.path.abspath(project)
    if not (_inside(os.path.abspath(path), root) or _inside(follow_links(path), follow_links(root))):
        raise UsageError(f"{path} is not in the project {project}.")
    return root


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _load(folder: Folder, paths: Sequence[str]) -> Project:
    root = folder.root
    loaded = load(folder, root, folder.name(MAIN), version=__version__)
    if not loaded.files:
        other = next((name for name in ("mailspec.yaml", ".mailspec.yml") if os.path.exists(f"{root}/{name}")), None)
        hint = f"{other} is not read; name it {MAIN}" if other else "Try: mailspec init"
        raise ProjectNotFoundError(f"No spec files in {root}: neither {MAIN} nor the folders that it may have. {hint}")
    only: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            return Project(root, folder, loaded, ())
        name = _name(path, root, folder)
        if name not in loaded.read:
            raise UsageError(
                f"{path} is not read by the project in {root}. Put it into configurations/, groups/, users/, "
                "mailings/, targets/ or environments/, or name it in include."
            )
        only[name] = None
    return Project(root, folder, loaded, tuple(only))


def _name(path: str, root: str, folder: Folder) -> str:
    """Return how a file is called in its project's findings."""
    absolute = os.path.abspath(path)
    if not _inside(absolute, root):
        absolute = os.path.join(root, os.path.relpath(follow_links(path), follow_links(root)))
    return folder.name(os.path.relpath(absolute, root).replace(os.sep, "/"))
