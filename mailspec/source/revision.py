"""A project as it is in a Git revision, read from Git's objects; nothing is checked out."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailspec.source.files import SourceFile
from mailspec.source.git import GitError, converted, git, top_level
from mailspec.source.layout import ENDINGS, ENVIRONMENTS, FOLDERS, MAX_BYTES, MAX_FILES, role_of
from mailspec.source.patterns import matches, start_of
from mailspec.source.walk import GOES_ROUND, LEADS_OUT

SUBMODULE = "it is a submodule, whose files this repository does not hold"
_CONVERTED = "Git changes it when it is checked out"
_ATTRIBUTES = ".gitattributes"
_CONVERSION = re.compile(rb"working-tree-encoding|ident|filter")
_LINK = "120000"
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


def folder_in(root: str, top: str) -> str:
    """Return a project's folder relative to its repository's top, as it is named: a link there is only today's."""
    path = os.path.abspath(root)
    while (above := os.path.dirname(path)) != path and os.path.realpath(path) != top:
        path = above
    if os.path.realpath(path) == top:
        return os.path.relpath(os.path.abspath(root), path)
    # The repository is reached by a link from outside of it.
    return os.path.relpath(os.path.realpath(root), top)


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
        self._seen: dict[str, _Seen] | None = None
        self._attributes: bool | None = None

    def files(self) -> list[SourceFile]:
        """Return every file that the layout names; what cannot be read with its refusal."""
        below = (*FOLDERS, ENVIRONMENTS)
        wanted = [
            inside
            for inside, seen in self._listed().items()
            if (inside.partition("/")[0] in below if seen.is_folder else role_of(inside)[0])
        ]
        if len(wanted) > MAX_FILES:
            refusal = f"the project has {len(wanted)} files; at most {MAX_FILES} are read"
            return [SourceFile(self._prefix + wanted[0], wanted[0], None, None, refusal)]
        return self._read([(inside, role_of(inside)[1]) for inside in sorted(wanted)])

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that a pattern of ``include`` names, and the folders in which it cannot be told."""
        starts = [start_of(pattern) for pattern in patterns]
        found = []
        for inside, seen in self._listed().items():
            if seen.is_folder:
                meant = any(_above(start, inside) or _above(inside, start) for start in starts)
            else:
                meant = inside.endswith(ENDINGS) and any(matches(inside, pattern) for pattern in patterns)
            if meant and not any(part.startswith(".") for part in inside.split("/")):
                found.append(inside)
        return self._read([(inside, None) for inside in sorted(found)])

    def file(self, inside: str) -> SourceFile:
        """Return any one file of the project that another one names, such as a template."""
        return self.several([inside])[inside]

    def several(self, insides: Iterable[str]) -> dict[str, SourceFile]:
        """Return files as :meth:`file` does, by their paths, which are read at once."""
        found: dict[str, SourceFile] = {}
        paths: dict[str, str] = {}
        for inside in insides:
            path = posixpath.normpath(inside)
            outside = path.startswith("../") or posixpath.isabs(path)
            seen = None if outside else self._look(path)
            refusal = LEADS_OUT if outside else "it cannot be read: no such file or directory" if seen is None else ""
            if seen is None:
                found[inside] = SourceFile(self._prefix + inside, inside, None, None, refusal)
            else:
                self._listed()[path] = seen
                paths[inside] = path
        read = self._read([(path, None) for path in paths.values()])
        return found | dict(zip(paths, read, strict=True))

    def link(self, inside: str) -> str:
        """Return what a path's link says, empty where it is none."""
        self._objects()
        return self._links.get(posixpath.normpath(inside), "")

    def _listed(self) -> dict[str, _Seen]:
        """Return every file with an ending of ours, and every folder that cannot be looked into."""
        if self._seen is None:
            self._seen = dict(self._walk("", "", frozenset()))
        return self._seen

    def _walk(self, shown: str, real: str, above: frozenset[str]) -> Iterator[tuple[str, _Seen]]:
        """Yield what lies below a folder, by the name that is ``shown``; ``real`` is its own, without links."""
        above |= {real}
        pending = [(shown, real, above)]
        children = self._children()
        count = 0
        while pending and count <= MAX_FILES:
            shown, real, above = pending.pop()
            for name in children.get(real, ()):
                if name.startswith("."):
                    continue
                count += 1
                inside = f"{shown}/{name}" if shown else name
                seen = self._look(f"{real}/{name}" if real else name)
                if seen is None:
                    continue
                if seen.is_folder and not seen.refusal:
                    if seen.sha in above:
                        yield inside, _Seen("", GOES_ROUND, is_folder=True)
                    else:
                        pending.append((inside, seen.sha, above | {seen.sha}))
                elif seen.is_folder or seen.refusal or name.endswith(ENDINGS):
                    yield inside, seen

    def _look(self, path: str) -> _Seen | None:
        """Return what a path is once links are followed; of a folder ``sha`` is its path. ``None``: nothing."""
        done: list[str] = []
        todo = path.split("/")
        for _ in range(_MOST_LINKS * 64):
            if not todo:
                here = "/".join(done)
                entry = self._objects().get(here)
                if entry is None or entry.kind == "file":
                    return None if entry is None else _Seen(entry.sha, real=here)
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
                return None
            if entry.kind == "submodule":
                return _Seen("", SUBMODULE, True)
            if entry.kind != "link":
                done.append(part)
                continue
            target = self._links[here]
            if target.startswith("/"):
                return _Seen("", LEADS_OUT, not path.endswith(ENDINGS))
            todo[:0] = target.split("/")
        return _Seen("", GOES_ROUND, not path.endswith(ENDINGS))

    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for inside in sorted(self._objects()):
            if inside:
                folder, _, name = inside.rpartition("/")
                children.setdefault(folder, []).append(name)
        return children

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
        if not names:
            return []
        answer = git(self.root, "cat-file", "--batch", stdin="".join(name + "\n" for name in names).encode())
        found, position = [], 0
        for name in names:
            end = answer.index(b"\n", position)
            words = answer[position:end].split(b" ")
            if len(words) != 3 or words[1] != b"blob":
                raise GitError(f"the object {name[:12]} is missing (in a partial clone, fetch it first)")
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

    def _read(self, wanted: list[tuple[str, str | None]]) -> list[SourceFile]:
        listed = self._listed()
        readable = [inside for inside, _ in wanted if not listed[inside].refusal and not listed[inside].is_folder]
        changed = self._converted({listed[inside].real for inside in readable})
        contents = dict(zip(readable, self._contents([listed[inside].sha for inside in readable]), strict=True))
        found = []
        for inside, environment in wanted:
            raw: bytes | None = contents.get(inside)
            refusal = listed[inside].refusal
            if listed[inside].real in changed:
                raw, refusal = (
                    None,
                    f"{_CONVERTED} (its attribute {changed[listed[inside].real]}), so a revision does not show it",
                )
            if raw is None:
                refusal = refusal or "it is not a regular file"
            elif len(raw) > MAX_BYTES:
                refusal = f"it has {len(raw)} bytes; at most {MAX_BYTES} (10 MiB) are read"
                raw = None
            found.append(SourceFile(self._prefix + inside, inside, environment, raw, refusal))
        return found


def _above(folder: str, inside: str) -> bool:
    return folder in ("", inside) or inside.startswith(folder + "/")
