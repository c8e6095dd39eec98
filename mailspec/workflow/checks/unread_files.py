"""MS010: files and folders that nothing reads although they look as if they should be."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from mailspec.files.opening import Contents, follow_links, read_file
from mailspec.load import Loaded
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.schema.shape import keys_at
from mailspec.source.layout import ENDINGS, ENVIRONMENTS, FOLDERS, MAIN
from mailspec.source.walk import walk
from mailspec.text.suggest import one_edit_apart
from mailspec.workflow.project import Project

_OURS = (*FOLDERS, ENVIRONMENTS)
_HEAD = 1 << 20  # bytes of a file in which its first section must stand
# Other programs' files may lie in a project by the thousand; what is meant for mailspec lies near the top.
_MOST_FILES = 2_000
# Folders of package managers, where a file is never the author's own.
_FOREIGN = frozenset({"node_modules", "vendor", "venv", "site-packages"})


def unread_files(project: Project) -> Iterator[Finding]:
    """Yield one warning for each top-level folder or file that was probably meant to be read, and for each empty file.

    Never for what a value of the Spec names, what a nested project holds, or what Git ignores.
    """
    root, loaded = project.root, project.loaded
    yield from _empty(project)
    candidates = {name: files for name, files in _candidates(root) if files}
    if not candidates:
        return
    named = _named(project)
    read = {posixpath.normpath(os.path.join(os.getcwd(), name)) for name in loaded.read}
    suspects: dict[str, tuple[list[str], str]] = {}
    for name, files in candidates.items():
        left = [f for f in files if f not in named and posixpath.normpath(posixpath.join(root, f)) not in read]
        meant = _meant_folder(name) if os.path.isdir(os.path.join(root, name)) else None
        if meant is None:
            left = [inside for inside in left if _has_section(os.path.join(root, inside))]
        if left:
            suspects[name] = (left, f"Did you mean {meant}/?" if meant else _move(name, root))
    ignored = _ignored(root, [inside for files, _help in suspects.values() for inside in files])
    for files, advice in suspects.values():
        left = [inside for inside in files if inside not in ignored]
        if left:
            yield _finding(project, left, advice)


def _empty(project: Project) -> Iterator[Finding]:
    """Yield a warning for each file that is read and holds nothing, not even a comment."""
    main = project.folder.name(MAIN)
    for name, document in project.loaded.documents.items():
        if name != main and not document.text.lstrip("\ufeff").strip():
            message = f"{name} is empty: nothing is declared there."
            yield finding("MS010", message, Location(name, 1, 1, 1, 1), help="Write what it is for, or delete it.")


def _candidates(root: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each top-level name that the layout does not read, with the YAML files there."""
    try:
        names = sorted(os.listdir(root))
    except OSError:
        return
    for name in names:
        path = os.path.join(root, name)
        if name.startswith(".") or name in _OURS or name in _FOREIGN or name == MAIN:
            continue
        if os.path.isdir(path):
            yield name, _below(root, name)
        elif name.endswith(ENDINGS) and os.path.isfile(path):
            yield name, [name]


def _below(root: str, name: str) -> list[str]:
    files: list[str] = []
    nested: set[str] = set()
    for count, entry in enumerate(walk(root, name, most=_MOST_FILES)):
        if count >= _MOST_FILES:
            break
        if entry.refusal or entry.is_folder or not _FOREIGN.isdisjoint(entry.inside.split("/")):
            continue
        folder, _, last = entry.inside.rpartition("/")
        if last == MAIN:
            nested.add(folder + "/")
        files.append(entry.inside)
    return sorted(inside for inside in files if not any(inside.startswith(folder) for folder in nested))


def _meant_folder(name: str) -> str | None:
    return next((ours for ours in _OURS if one_edit_apart(name, ours)), None)


def _move(name: str, root: str) -> str:
    folders = ", ".join(f"{folder}/" for folder in _OURS)
    pattern = f"{name}/**/*.yml" if os.path.isdir(os.path.join(root, name)) else name
    return f"Put it into one of {folders}, or name it: include: ['{pattern}']"


def _has_section(path: str) -> bool:
    contents = read_file(path, _HEAD)
    return isinstance(contents, Contents) and _section().search(contents.raw) is not None


@cache
def _section() -> re.Pattern[bytes]:
    """A section at the left margin. What many programs' files begin with does not count."""
    words = "|".join(word for word in keys_at(()) if word not in ("version", "requires", "include"))
    return re.compile(rf"^(?:{words})[ \t]*:(?:[ \t\r\n]|$)".encode(), re.MULTILINE)


def _named(project: Project) -> set[str]:
    """Return the project's files that a value names, whatever it names them for."""
    loaded: Loaded = project.loaded
    named: set[str] = set()
    for name, document in loaded.documents.items():
        here = posixpath.dirname(posixpath.normpath(posixpath.join(os.getcwd(), name)))
        for text in _texts(document.data):
            path = posixpath.normpath(posixpath.join(here, text.partition("#")[0]))
            if path.startswith(project.root + "/"):
                named.add(path[len(project.root) + 1 :])
    return named


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        # A sops reference names a key behind its file.
        if any(ending in data for ending in ENDINGS) and len(data) < 4096:
            yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def _ignored(root: str, files: list[str]) -> set[str]:
    """Return those that Git ignores; none where Git cannot say."""
    # Only a file that looks unread makes it necessary to ask.
    from mailspec.source.git import GitError, find_top, ignored

    top = find_top(root)
    if top is None or not files:
        return set()
    prefix = os.path.relpath(follow_links(root), top).replace(os.sep, "/")
    start = "" if prefix == "." else prefix + "/"
    try:
        found = ignored(top, [start + inside for inside in files])
    except GitError:
        return set()
    return {name.removeprefix(start) for name in found}


def _finding(project: Project, files: list[str], advice: str) -> Finding:
    first, more = files[0], len(files) - 1
    also = f" and {more} more file{'s' if more > 1 else ''} beside it" if more else ""
    return finding(
        "MS010",
        f"Nothing reads {project.folder.name(first)}{also}: what is declared there has no effect.",
        Location(project.folder.name(first), 1, 1, 1, 1),
        help=advice,
    )
