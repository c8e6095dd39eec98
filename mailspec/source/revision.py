"""A project as it is in a Git revision, read from Git's objects; nothing is checked out."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from mailspec.source.files import SourceFile
from mailspec.source.git import GitError, converted, folder_in, git, top_level
from mailspec.source.layout import ENDINGS, MAIN, MAX_BYTES, MAX_FILES, MAX_NAMES, may_hold, role_of
from mailspec.source.patterns import leads_to, matches
from mailspec.source.walk import GOES_ROUND, LEADS_OUT, TOO_MANY

SUBMODULE = "it is a submodule, whose files this repository does not hold"
_UNREADABLE = "Git cannot show it"
_CONVERTED = "Git changes it when it is checked out"
_ATTRIBUTES = ".gitattributes"
_CONVERSION = re.compile(rb"working-tree-encoding|ident|filter")
_LINK = "120000"
ABSENT = "it is a link to what this revision does not hold"
_MOST_LINKS = 40  # as many as the system follows


class _Entry(NamedTuple):
    """Something in the project's tree: ``kind`` is file, link, submodule or folder."""

    kind: str
    sha: str = ""


class _Seen(NamedTuple):
    """A path as the work tree would show it: the object that holds it, or why it cannot be read; ``real`` is a file's
    own path, links followed."""

    sha: str
    refusal: str = ""
    is_folder: bool = False
    real: str = ""


def is_conversion(refusal: str) -> bool:
    """Tell whether a file is refused because a checkout does not have it as its revision does."""
    return refusal.startswith(_CONVERTED)


def is_unknown(refusal: str) -> bool:
    """Tell whether a file is refused although there may be one: what it holds is not known."""
    return refusal == SUBMODULE or is_conversion(refusal) or refusal.startswith(_UNREADABLE)


def _missing(number: str) -> str:
    return f"the object {number[:12]} is missing (in a partial clone, fetch it first)"


class GitRevision:
    """The project's files in one commit. ``root`` is the project's folder in the work tree.

    Links are followed as the work tree's are: inside the project. What leads out of it, or into a submodule, is a file
    with a refusal, so that nobody takes it for empty.
    """

    def __init__(self, root: str, commit: str, prefix: str) -> None:
        self.root = root
        self.commit = commit
        self._prefix = prefix
        self._folder = folder_in(root, top_level(root))
        self._tree: dict[str, _Entry] | None = None
        self._links: dict[str, str] = {}
        self._names: dict[str, list[str]] | None = None
        self._attributes: bool | None = None

    def files(self) -> list[SourceFile]:
        """Return every file that the layout names; what cannot be read with its refusal."""
        return self._listed(
            (inside, role_of(inside)[1], seen)
            for inside, seen in self._walk(may_hold)
            if seen.is_folder or role_of(inside)[0]
        )

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that a pattern of ``include`` names, and the folders in which it cannot be told."""
        return self._listed(
            (inside, None, seen)
            for inside, seen in self._walk(lambda folder: any(leads_to(folder, pattern) for pattern in patterns))
            if seen.is_folder or any(matches(inside, pattern) for pattern in patterns)
        )

    def file(self, inside: str) -> SourceFile:
        """Return any one file of the project that another one names, such as a template."""
        return self.several([inside])[inside]

    def several(self, insides: Iterable[str]) -> dict[str, SourceFile]:
        """Return files as :meth:`file` does, by their paths, which are read at once."""
        found: dict[str, SourceFile] = {}
        there: dict[str, _Seen] = {}
        for inside in insides:
            path = posixpath.normpath(inside)
            outside = path.startswith("../") or posixpath.isabs(path)
            seen = None if outside else self._look(path)
            refusal = LEADS_OUT if outside else "it cannot be read: no such file or directory" if seen is None else ""
            if seen is None:
                found[inside] = SourceFile(self._prefix + inside, inside, None, None, refusal)
            else:
                there[inside] = seen
        wanted = [(posixpath.normpath(inside), seen) for inside, seen in there.items()]
        try:
            read = self._read([(inside, None, seen) for inside, seen in wanted], strict=False)
        except GitError as error:
            refusal = f"{_UNREADABLE}: {error}"
            read = [SourceFile(self._prefix + inside, inside, None, None, refusal) for inside, _ in wanted]
        return found | dict(zip(there, read, strict=True))

    def link(self, inside: str) -> str:
        """Return what a path's link says, empty where it is none."""
        self._objects()
        return self._links.get(posixpath.normpath(inside), "")

    def _listed(self, found: Iterable[tuple[str, str | None, _Seen]]) -> list[SourceFile]:
        wanted = sorted(found, key=itemgetter(0))
        if len(wanted) > MAX_FILES:
            refusal = f"the project has more than {MAX_FILES:,} files, the most that is read"
            return [SourceFile(self._prefix + MAIN, MAIN, None, None, refusal)]
        return self._read(wanted, strict=True)

    def _walk(self, enter: Callable[[str], bool]) -> Iterator[tuple[str, _Seen]]:
        """Yield every file with an ending of ours, and every folder that cannot be looked into, by the names that the
        work tree shows. ``enter`` tells which folders may hold what is looked for.
        """
        # As it is shown, its own path without links, and the folders that hold it.
        pending = [("", "", frozenset({""}))]
        children = self._children()
        entered = names = 0
        while pending:
            shown, real, above = pending.pop()
            entered += 1
            if entered > MAX_FILES or names > MAX_NAMES:
                # The rest may be anything, a policy too.
                yield shown, _Seen("", TOO_MANY, is_folder=True)
                return
            listed = children.get(real, ())
            names += len(listed)
            for name in listed:
                inside = f"{shown}/{name}" if shown else name
                seen = self._look(f"{real}/{name}" if real else name)
                if seen is None or (seen.is_folder and not enter(inside)):
                    continue
                if seen.is_folder and not seen.refusal:
                    if seen.sha in above:
                        yield inside, _Seen("", GOES_ROUND, is_folder=True)
                    else:
                        pending.append((inside, seen.sha, above | {seen.sha}))
                elif seen.is_folder or name.endswith(ENDINGS):
                    yield inside, seen

    def _look(self, path: str) -> _Seen | None:
        """Return what a path is once links are followed; of a folder ``sha`` is its path. ``None``: nothing."""
        done: list[str] = []
        todo, linked = path.split("/"), False
        for _ in range(_MOST_LINKS * 64):
            if not todo:
                here = "/".join(done)
                entry = self._objects().get(here)
                if entry is None or entry.kind == "file":
                    return self._nothing(path, linked=linked) if entry is None else _Seen(entry.sha, real=here)
                return _Seen(here, "", True)
            part = todo.pop(0)
            if part in ("", "."):
                continue
            if part == "..":
                if not done:
                    return _Seen("", LEADS_OUT, not path.endswith(ENDINGS))
                done.pop()
                continue
            here = "/".join([*done, part])
            entry = self._objects().get(here)
            if entry is None:
                return self._nothing(path, linked=linked)
            if entry.kind == "submodule":
                return _Seen("", SUBMODULE, True)
            if entry.kind != "link":
                done.append(part)
                continue
            target, linked = self._links[here], True
            if target.startswith("/"):
                return _Seen("", LEADS_OUT, not path.endswith(ENDINGS))
            todo[:0] = target.split("/")
        return _Seen("", GOES_ROUND, not path.endswith(ENDINGS))

    @staticmethod
    def _nothing(path: str, *, linked: bool) -> _Seen | None:
        """Return what stands where nothing is: on a machine, a link may well lead to something, such as in ``.git``."""
        return _Seen("", ABSENT, not path.endswith(ENDINGS)) if linked else None

    def _children(self) -> dict[str, list[str]]:
        """Return the names in each folder that may be of use: no hidden ones, no files of other kinds."""
        if self._names is None:
            self._names = {}
            for inside, entry in sorted(self._objects().items()):
                folder, _, name = inside.rpartition("/")
                if name and not name.startswith(".") and (entry.kind != "file" or name.endswith(ENDINGS)):
                    self._names.setdefault(folder, []).append(name)
        return self._names

    def _objects(self) -> dict[str, _Entry]:
        if self._tree is None:
            spec = self.commit if self._folder == "." else f"{self.commit}:{self._folder}"
            try:
                listing = git(self.root, "ls-tree", "-r", "-t", "-z", "--full-tree", spec)
            except GitError:
                if self._exists(spec):
                    raise
                # The folder did not exist then.
                listing = b""
            self._tree = {"": _Entry("folder")}
            links = []
            for entry in filter(None, listing.split(b"\0")):
                meta, _, name = entry.partition(b"\t")
                mode, kind, sha = meta.decode().split(" ")
                inside = name.decode("utf-8", "surrogateescape")
                if kind == "commit":
                    self._tree[inside] = _Entry("submodule")
                elif kind == "tree":
                    self._tree[inside] = _Entry("folder")
                else:
                    self._tree[inside] = _Entry("link" if mode == _LINK else "file", sha)
                    if mode == _LINK:
                        links.append(inside)
            texts = self._contents([self._tree[inside].sha for inside in links])
            self._links = {
                inside: os.fsdecode(text).partition("\0")[0] for inside, text in zip(links, texts, strict=True)
            }
        return self._tree

    def _exists(self, spec: str) -> bool:
        """Tell whether an object is named here, even where it cannot be read: that is no missing folder."""
        try:
            git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", spec)
        except GitError:
            return False
        return True

    def _contents(self, names: list[str]) -> list[bytes]:
        """Return what objects hold, in their order.

        Raises:
            GitError: one is missing, as in a partial clone.
        """
        found = self._contents_there(names)
        missing = next((name for name, raw in zip(names, found, strict=True) if raw is None), None)
        if missing is not None:
            raise GitError(_missing(missing))
        return [raw for raw in found if raw is not None]

    def _contents_there(self, names: list[str]) -> list[bytes | None]:
        """Return what objects hold, in their order, ``None`` for what this clone does not have.

        Raises:
            GitError: Git cannot say.
        """
        if not names:
            return []
        answer = git(self.root, "cat-file", "--batch", stdin="".join(name + "\n" for name in names).encode())
        found: list[bytes | None] = []
        position = 0
        for _ in names:
            end = answer.index(b"\n", position)
            words = answer[position:end].split(b" ")
            if len(words) != 3 or words[1] != b"blob":
                found.append(None)
                position = end + 1
                continue
            size = int(words[2])
            found.append(answer[end + 1 : end + 1 + size])
            position = end + 1 + size + 1
        return found

    def _converted(self, paths: set[str]) -> dict[str, str]:
        """Return those of some files, by their own paths, that are other files in the work tree, with the attribute."""
        if not self._may_convert():
            return {}
        names = {posixpath.normpath(posixpath.join(self._folder, path)): path for path in paths}
        found = converted(top_level(self.root), self.commit, names)
        return {names[name]: attribute for name, attribute in found.items()}

    def _may_convert(self) -> bool:
        """Tell whether any attributes of the project or of a folder above it could change a file at checkout."""
        if self._attributes is None:
            parts = [] if self._folder == "." else self._folder.split("/")
            above = ["/".join([*parts[:depth], _ATTRIBUTES]) for depth in range(len(parts))]
            asked = ["ls-tree", "-z", "--full-tree", self.commit, "--", *above]
            listing = git(self.root, *asked).split(b"\0") if above else []
            shas = [entry.split(b"\t")[0].split(b" ")[2].decode() for entry in listing if b" blob " in entry]
            shas += [
                entry.sha
                for inside, entry in self._objects().items()
                if posixpath.basename(inside) == _ATTRIBUTES and entry.kind == "file"
            ]
            self._attributes = any(map(_CONVERSION.search, self._contents(shas)))
        return self._attributes

    def _read(self, wanted: list[tuple[str, str | None, _Seen]], *, strict: bool) -> list[SourceFile]:
        """Read files; one whose object is missing gets a refusal where that is not ``strict``.

        Raises:
            GitError: Git cannot say, or an object is missing.
        """
        readable = {inside: seen for inside, _, seen in wanted if not seen.refusal and not seen.is_folder}
        changed = self._converted({seen.real for seen in readable.values()})
        numbers = [seen.sha for seen in readable.values()]
        contents = dict(zip(readable, (self._contents if strict else self._contents_there)(numbers), strict=True))
        found = []
        for inside, environment, seen in wanted:
            raw: bytes | None = contents.get(inside)
            refusal = seen.refusal
            if seen.real in changed:
                raw = None
                refusal = f"{_CONVERTED} (its attribute {changed[seen.real]}), so a revision does not show it"
            elif raw is None and inside in readable:
                refusal = f"{_UNREADABLE}: {_missing(seen.sha)}"
            if raw is None:
                refusal = refusal or "it is not a regular file"
            elif len(raw) > MAX_BYTES:
                refusal = f"it has {len(raw)} bytes; at most {MAX_BYTES} (10 MiB) are read"
                raw = None
            found.append(SourceFile(self._prefix + inside, inside, environment, raw, refusal))
        return found
