"""A project in a folder of this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase

from mailspec.source.files import SourceFile
from mailspec.source.layout import ENDINGS, ENVIRONMENTS, FOLDERS, MAIN, MAX_BYTES, MAX_FILES, role_of


class Folder:
    """Reads a project's files. ``root`` is its absolute path, ``shown_from`` the folder that names are relative to."""

    def __init__(self, root: str, shown_from: str) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._prefix = _relative(root, shown_from)
        self._unlisted: dict[str, str] = {}

    def name(self, inside: str) -> str:
        """Return how a file of the project is shown to people."""
        return self._prefix + inside

    def files(self) -> list[SourceFile]:
        """Return every file that the layout names, sorted; unreadable ones with their refusal."""
        paths = [MAIN] if os.path.lexists(os.path.join(self.root, MAIN)) else []
        for folder in (*FOLDERS, ENVIRONMENTS):
            if os.path.isdir(os.path.join(self.root, folder)):
                paths.extend(self._walk(folder))
        wanted = []
        for inside in sorted(paths):
            read, environment = role_of(inside)
            if read:
                wanted.append((inside, environment))
        if len(wanted) > MAX_FILES:
            refusal = f"the project has {len(wanted)} files; at most {MAX_FILES} are read"
            return [SourceFile(self.name(MAIN), MAIN, None, None, refusal)]
        unlisted = [
            SourceFile(self.name(folder), folder, None, None, f"the folder cannot be listed: {reason}")
            for folder, reason in sorted(self._unlisted.items())
        ]
        return unlisted + [self.read(inside, environment) for inside, environment in wanted]

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files below the project that a pattern of ``include`` names (``**`` crosses folders)."""
        found = [
            inside
            for inside in sorted(self._walk(""))
            if inside.endswith(ENDINGS) and any(_matches(inside, pattern) for pattern in patterns)
        ]
        return [self.read(inside, None) for inside in found[: MAX_FILES + 1]]

    def read(self, inside: str, environment: str | None) -> SourceFile:
        """Read one file; what stands against it is said in ``refusal``."""
        path = os.path.join(self.root, inside)
        name = self.name(inside)
        if os.path.islink(path) and not self._stays_inside(path):
            return SourceFile(name, inside, environment, None, "it is a link that leads out of the project")
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            with open(descriptor, "rb", buffering=0) as stream:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    return SourceFile(name, inside, environment, None, "it is not a regular file")
                if status.st_size > MAX_BYTES:
                    refusal = f"it has {status.st_size} bytes; at most {MAX_BYTES} (10 MiB) are read"
                    return SourceFile(name, inside, environment, None, refusal)
                raw = stream.read(MAX_BYTES + 1) or b""
        except OSError as error:
            reason = (error.strerror or "unreadable").lower()
            return SourceFile(name, inside, environment, None, f"it cannot be read: {reason}")
        return SourceFile(name, inside, environment, raw)

    def _walk(self, folder: str) -> Iterator[str]:
        pending = [folder]
        seen: set[tuple[int, int]] = set()
        count = 0
        while pending:
            current = pending.pop()
            try:
                with os.scandir(os.path.join(self.root, current)) as entries:
                    listed = list(entries)
            except OSError as error:
                self._unlisted[current] = (error.strerror or "unreadable").lower()
                continue
            for entry in listed:
                if entry.name.startswith("."):
                    continue
                inside = f"{current}/{entry.name}" if current else entry.name
                if entry.is_symlink() and not self._stays_inside(entry.path):
                    continue
                try:
                    is_folder = entry.is_dir()
                except OSError:
                    continue
                if is_folder:
                    status = entry.stat()
                    if (status.st_dev, status.st_ino) not in seen:
                        seen.add((status.st_dev, status.st_ino))
                        pending.append(inside)
                else:
                    count += 1
                    if count > 4 * MAX_FILES:
                        return
                    yield inside

    def _stays_inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real == self._real_root or real.startswith(self._real_root + os.sep)


def _matches(inside: str, pattern: str) -> bool:
    parts, wanted = inside.split("/"), pattern.removeprefix("./").split("/")
    return _match_parts(parts, wanted)


def _match_parts(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_match_parts(parts[skip:], wanted[1:]) for skip in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _match_parts(parts[1:], wanted[1:])


def _relative(root: str, shown_from: str) -> str:
    relative = os.path.relpath(root, shown_from).replace(os.sep, "/")
    return "" if relative == "." else relative + "/"


def find_project(start: str) -> str | None:
    """Return the nearest folder from ``start`` upwards that holds a ``mailspec.yml``."""
    folder = os.path.abspath(start)
    while True:
        if os.path.lexists(os.path.join(folder, MAIN)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
