"""Projects that a change takes away, so that another one is found in their place."""

from __future__ import annotations

import os
from collections.abc import Iterable

from mailspec.source.git import folder_in, is_in, link_at, top_level
from mailspec.source.layout import MAIN


def nearer_project(root: str, starts: Iterable[str], commit: str) -> str | None:
    """Return the folder below ``root`` in which a commit has a project that was looked for from one of ``starts``
    upwards; ``None`` where the one in ``root`` was the nearest then, too.

    Raises:
        GitError: Git cannot say.
    """
    top = top_level(root)
    for folder in starts:
        while folder.startswith(os.path.join(root, "")):
            if is_in(top, commit, os.path.normpath(os.path.join(folder_in(folder, top), MAIN))):
                return folder
            folder = os.path.dirname(folder)
    return None


def new_link(root: str, commit: str) -> str | None:
    """Return the first folder on the way from the repository's top to a project that is a link, and in a commit is
    none, or another one; ``None`` where the way is as it was.

    Raises:
        GitError: Git cannot say.
    """
    top = top_level(root)
    inside = folder_in(root, top)
    parts = [] if inside in (".", "..") or inside.startswith("../") else inside.split(os.sep)
    folder = os.path.abspath(root).removesuffix(os.sep + inside) if parts else ""
    for number, part in enumerate(parts):
        folder = os.path.join(folder, part)
        before = link_at(top, commit, "/".join(parts[: number + 1])) if os.path.islink(folder) else None
        if os.path.islink(folder) and before != os.fsencode(os.readlink(folder)):
            return folder
    return None
