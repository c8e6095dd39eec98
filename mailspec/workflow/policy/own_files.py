"""What is no target, whatever limits say: mailspec's own files, and what a link of the repository leads to."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from mailspec.files.links import link_within
from mailspec.files.opening import follow_links
from mailspec.files.own_names import is_own_name, state_folder
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import TargetDesired
from mailspec.source.git import find_top
from mailspec.source.layout import MAIN, role_of
from mailspec.state.url import queue_path
from mailspec.targets.registry import beside_of, paths_of


def own_file(target: TargetDesired, root: str, limits: str, state: str, included: Collection[str]) -> Refusal | None:
    """Return why a target is refused that would write what decides about targets, ``None`` where it does not.

    ``root`` is the project's folder, ``limits`` the path of the limits file (``""``: none), ``state`` that of SQLite's
    state (``""``: none or not known), ``included`` the files that :func:`included_files` gives.
    """
    declared = [os.path.join(root, path) for path in paths_of(target)]
    beside = beside_of(target, Path(root))
    for path in (*declared, *beside):
        for place in dict.fromkeys(_forms(path)):
            why = _why(place, root, limits, state, included)
            if not why and path not in beside and is_own_name(os.path.basename(place)):
                why = "that is a name of mailspec's own beside a target's file"
            if why:
                return Refusal(
                    "own-file",
                    f"the target {target.name} would write {place}, and {why}: no limits can allow that",
                    "write another path",
                )
    return None


def linked_file(target: TargetDesired, root: str) -> Refusal | None:
    """Return why a target is refused that a link of the project's repository leads to one of its files, ``None`` where
    none does: a change can lead it to any other file, which then would be written unnamed.

    Without a repository there is no change. ``root`` is the project's folder, at which relative paths start.
    """
    top = find_top(root)
    for path in paths_of(target) if top is not None else ():
        try:
            link = link_within(os.path.join(follow_links(root), path), top or "")
        except ValueError:
            continue  # whoever opens it says what is wrong with it
        if link is not None:
            return Refusal(
                "linked-target",
                f"the target {target.name} would write {path} through {link}, a link in the repository: no limits can "
                "allow that",
                "write the path that the link leads to",
            )
    return None


def included_files(read: Iterable[str], root: str) -> frozenset[str]:
    """Return those of a Spec's files that lie elsewhere in the project than its folders, with their links followed, in
    small letters."""
    paths = ((path, os.path.relpath(path, root).replace(os.sep, "/")) for path in map(os.path.abspath, read))
    return frozenset(form.casefold() for path, inside in paths if not role_of(inside)[0] for form in _forms(path))


def _why(place: str, root: str, limits: str, state: str, included: Collection[str]) -> str:
    # Where case is ignored, what is written in capitals is the same file.
    place = place.casefold()
    if limits and place in _folded(limits):
        return "that is the file of this run's limits"
    # SQLite keeps a journal beside its file, and a lock may lie there: the names start with the file's.
    for own in (state, str(queue_path(Path(state)))) if state else ():
        if any(place.startswith(form) for form in _folded(own)):
            return "that is mailspec's state"
    if place in included:
        return "that is a file of the Spec"
    if any(Path(place).is_relative_to(form) for form in _folded(str(state_folder(os.environ)))):
        return "there are stored sign-ins and mailspec's journals"
    for top in _folded(root):
        inside = os.path.relpath(place, top)
        # A program's file may well lie beside them: paths in targets/ start there.
        if inside == MAIN or role_of(inside.replace(os.sep, "/"))[0]:
            return "it would be a file of the Spec"
        if inside.split(os.sep)[0] == ".mailspec":
            return "there are mailspec's state and secrets"
    return ""


def _folded(path: str) -> Iterator[str]:
    """Yield the forms of a path without regard to case."""
    return map(str.casefold, _forms(path))


def _forms(path: str) -> Iterator[str]:
    """Yield a path as it is written, and with its links followed; neither where no file can have it."""
    whole = os.path.abspath(path)
    yield whole
    if "\0" not in whole:
        yield follow_links(whole)
