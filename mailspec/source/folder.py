"""A project in a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter

from mailspec.files.opening import Contents, follow_links, read_file
from mailspec.source import layout
from mailspec.source.files import LaterFile, SourceFile
from mailspec.source.layout import ENVIRONMENTS, FOLDERS, MAIN, MAX_BYTES, role_of
from mailspec.source.patterns import leads_to, matches, start_of
from mailspec.source.walk import LEADS_OUT, Found, stays_inside, walk

__all__ = ["Folder", "find_project", "matches"]

_CHANGED = "it is not what Git has of it (git add it where that is meant to be read)"
_UNTRACKED = "Git does not track it (git add it where it is meant to be read)"
# Endings of files that are read before Git has them: no program keeps a secret in such a file.
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".md", ".markdown", ".html", ".htm")


class Folder:
    """Reads a project's files. ``root`` is its absolute path, ``shown_from`` the folder that names are relative to.

    ``instead`` holds other contents for some files, by the name that is shown: what an editor or a fix has made.
    """

    def __init__(self, root: str, shown_from: str, instead: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self._prefix = _relative(root, shown_from)
        self._instead = instead or {}
        self.ignored_soon: tuple[str, ...] = ()

    def name(self, inside: str) -> str:
        """Return how a file of the project is shown to people."""
        return self._prefix + inside

    def files(self) -> list[SourceFile]:
        """Return every file that the layout names, sorted; what is not read with its refusal."""
        found = []
        main = os.path.join(self.root, MAIN)
        if os.path.lexists(main):
            outside = os.path.islink(main) and not stays_inside(main, follow_links(self.root))
            found.append(Found(MAIN, LEADS_OUT if outside else "", linked=os.path.islink(main)))
        for folder in (*FOLDERS, ENVIRONMENTS):
            if os.path.isdir(os.path.join(self.root, folder)):
                found.extend(walk(self.root, folder))
        return self._read_all(found, {entry.inside for entry in found if entry.linked})

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that a pattern of ``include`` names, sorted; see :mod:`mailspec.source.patterns`."""
        found = []
        starts = {start_of(pattern) for pattern in patterns}
        for entry in walk(self.root, "", lambda folder: any(leads_to(folder, pattern) for pattern in patterns)):
            # Other programs' folders may lie in a project; only one that is not listed may hide what is meant.
            meant = entry.inside in starts or "listed" in entry.refusal
            if meant if entry.is_folder else any(matches(entry.inside, pattern) for pattern in patterns):
                found.append(entry)
        return self._read_all(found, {entry.inside for entry in found})

    def file(self, inside: str) -> SourceFile:
        """Return any one file of the project that another one names to be shown, such as a template."""
        return self._read(Found(inside, kept_back(self.root, inside)))

    def several(self, insides: Iterable[str]) -> dict[str, SourceFile]:
        """Return files that are compared and not shown, by their paths."""
        real = follow_links(self.root)
        found = {inside: stays_inside(os.path.join(self.root, inside), real) for inside in insides}
        return {inside: self._read(Found(inside, "" if inner else LEADS_OUT)) for inside, inner in found.items()}

    def link(self, inside: str) -> str:
        """Return what a path's link says, empty where it is none."""
        try:
            return os.readlink(os.path.join(self.root, inside))
        except (OSError, ValueError):
            return ""

    def _read_all(self, found: Iterable[Found], named: set[str]) -> list[SourceFile]:
        """Read files. Those that a change has ``named``, by ``include`` or a link, must be Git's: what lies beside them
        on a runner, such as another job's settings with a password, would be quoted in findings."""
        entries = sorted(found, key=itemgetter(0))
        if len(entries) > layout.MAX_FILES:
            refusal = f"the project has more than {layout.MAX_FILES:,} files, the most that is read"
            return [SourceFile(self.name(MAIN), MAIN, None, None, refusal)]
        asked = {name for name in named if self.name(name) not in self._instead}
        kept = untracked(self.root, [entry.inside for entry in entries if entry.inside in asked and not entry.refusal])
        return [self._read(entry._replace(refusal=kept.get(entry.inside, entry.refusal))) for entry in entries]

    def _read(self, entry: Found) -> SourceFile:
        inside, refusal = entry.inside, entry.refusal
        name, environment = self.name(inside), role_of(inside)[1]
        raw = self._instead.get(name)
        if raw is not None or refusal:
            return SourceFile(name, inside, environment, raw, refusal)
        return LaterFile(name, inside, environment, self._content)

    def _content(self, inside: str) -> tuple[bytes | None, str]:
        return _content(f"{self.root}/{inside}")


class Planned(Folder):
    """A folder as it would be with some files more and some gone; names are relative to ``root``.

    ``texts`` are files of the layout, by their path in the project; ``ignored_soon`` are folders that Git will be told
    to ignore. Nothing is written.
    """

    def __init__(
        self, root: str, texts: Mapping[str, bytes], gone: Collection[str], ignored_soon: Sequence[str]
    ) -> None:
        super().__init__(root, root, texts)
        self.ignored_soon = tuple(ignored_soon)
        self._new, self._gone = tuple(texts), frozenset(gone) - texts.keys()

    def files(self) -> list[SourceFile]:
        """Return every file that the layout would name."""
        there = {file.inside: file for file in super().files() if file.inside not in self._gone}
        there |= {inside: self._read(Found(inside)) for inside in self._new}
        return [there[inside] for inside in sorted(there)]

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that a pattern of ``include`` would name."""
        return [file for file in super().matching(patterns) if file.inside not in self._gone]


def kept_back(root: str, inside: str) -> str:
    """Return why a file of the project is shown to no template, empty where it may be.

    What a template prints goes to screens, comments and mail. A change must not get ``.git/config`` there, with the
    token of the job's checkout, nor a secret's file that Git ignores, by whatever link.
    """
    real_root = follow_links(root)
    try:
        real = follow_links(os.path.join(root, inside))
    except ValueError:
        return "no file can have such a path"
    if not stays_inside(real, real_root):
        return LEADS_OUT
    named, meant = os.path.normpath(inside), os.path.relpath(real, real_root)
    if any(part.startswith(".") for path in (named, meant) for part in path.split(os.sep)):
        return "it is hidden, or lies in a hidden folder"
    from mailspec.source.git import GitError, changed, find_top, ignored

    top = find_top(real_root)
    if top is None or not os.path.lexists(real):
        return ""
    refusal = untracked(root, [inside]).get(inside, "")
    try:
        # A change may have committed a file by force where the runner then puts one with a secret.
        if not refusal and not changed(top, [os.path.relpath(real, top)], lambda _name: _content(real)[0] or b""):
            return ""
        if not real.endswith(_TEMPLATES):
            return refusal or _CHANGED
        secret = ignored(top, [os.path.relpath(real, top)])
    except GitError as error:
        return f"Git cannot say whether it is ignored: {error}"
    return "Git ignores it, as it does the files of secrets" if secret else ""


def untracked(root: str, insides: Collection[str]) -> dict[str, str]:
    """Return those of a project's files that its repository does not hold, each with why it is not read.

    Files are judged where links lead to. What is ignored today may be so no more with the change's own ``.gitignore``,
    so each must be in the index: of this repository, not of one that lies within it. One that is ignored all the same
    was added by force, perhaps where the runner puts one with a secret: it must be what the index has.
    """
    if not insides:
        return {}
    from mailspec.source.git import GitError, changed, find_top, ignored, tracked

    real_root = follow_links(root)
    top = find_top(real_root)
    if top is None:
        return {}
    real = {inside: follow_links(os.path.join(real_root, inside)) for inside in insides}
    there = {inside: os.path.relpath(path, top) for inside, path in real.items() if os.path.lexists(path)}
    try:
        known = tracked(top, set(there.values()))
        forced = ignored(top, known)
        other = changed(top, forced, lambda name: _content(os.path.join(top, name))[0] or b"")
    except GitError as error:
        return dict.fromkeys(there, f"Git cannot say whether it holds it: {error}")
    refused = {inside: _UNTRACKED for inside, path in there.items() if path not in known}
    return refused | {inside: _CHANGED for inside, path in there.items() if path in other}


def _content(path: str) -> tuple[bytes | None, str]:
    """Return a file's bytes, or ``None`` and why there are none."""
    found = read_file(path, MAX_BYTES)
    if isinstance(found, Contents):
        return found.raw, ""
    return None, found.reason if not found.errno else f"it cannot be read: {found.reason}"


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
