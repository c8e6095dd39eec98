"""Whose project it is: one that another user has left on the way must not run its commands (git: CVE-2022-24765)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from mailspec.files.opening import follow_links
from mailspec.outcome.refusal import Refusal
from mailspec.source.layout import ENVIRONMENTS, FOLDERS, MAIN

VARIABLE = "MAILSPEC_TRUSTED_PROJECTS"


def linked(root: str, here: str) -> Refusal | None:
    """Return why a project is not read: a link of a checkout leads to it, or to the working folder ``here``, as the
    shell names that (``cd mail`` in a pipeline). A change may have brought the link."""
    away = _led_away(root) or _led_away(shell_folder(here))
    if not away:
        return None
    help = "name that folder itself where it is meant; else put the project's own folder back"
    return Refusal("linked-project", f"the project {root} is not used: {away}", help)


def shell_folder(here: str) -> str:
    """Return the working folder ``here`` as the shell came there, by whatever links; ``here`` itself where it does not
    say."""
    shell = os.environ.get("PWD", "")
    return shell if os.path.isabs(shell) and follow_links(shell) == follow_links(here) else here


def _led_away(folder: str) -> str:
    if follow_links(folder) == os.path.abspath(folder):
        return ""
    from mailspec.source.named import project_led_away

    return project_led_away(folder)


def foreign(root: str, here: str) -> Refusal | None:
    """Return why a project is not read: it, or a folder between it and the working folder, is another user's.

    The user's own, root's and those of the user behind sudo are read, and what :data:`VARIABLE` names: folders with
    everything below them, separated by colons; ``*`` stands for all.
    """
    mine = {0, os.geteuid()}
    sudo = os.environ.get("SUDO_UID", "")
    if os.geteuid() == 0 and sudo.isdecimal():
        mine.add(int(sudo))
    for path in _parts(root, here):
        try:
            owner = os.stat(path).st_uid
        except OSError:
            continue
        if owner not in mine and not _trusted(root):
            return Refusal(
                "foreign-project",
                f"{path} belongs to user {owner}, who could have written it for others to run",
                f"if you trust it, say so: {VARIABLE}={root}",
            )
    return None


def _parts(root: str, here: str) -> Iterator[str]:
    yield root
    for name in (MAIN, *FOLDERS, ENVIRONMENTS):
        yield os.path.join(root, name)
    if here.startswith(root.rstrip(os.sep) + os.sep):
        folder = here
        while folder != root:
            yield folder
            folder = os.path.dirname(folder)


def _trusted(root: str) -> bool:
    real = follow_links(root)
    for word in os.environ.get(VARIABLE, "").split(os.pathsep):
        if word == "*":
            return True
        folder = follow_links(word) if os.path.isabs(word) else None
        if folder is not None and (real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)):
            return True
    return False
