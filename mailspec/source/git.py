"""A project as it is in a Git revision, read from Git's objects; nothing is checked out."""

from __future__ import annotations

import os
import subprocess

from mailspec.source.files import SourceFile
from mailspec.source.folder import matches
from mailspec.source.layout import ENDINGS, MAX_BYTES, MAX_FILES, role_of

_SECONDS = 120
_LINK = "120000"


class GitError(Exception):
    """Git cannot answer; the message says why, in words for people."""


def git(folder: str, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run git in a folder and return what it prints.

    Raises:
        GitError: git is missing, takes too long or refuses.
    """
    # Paths and revisions come from the caller's command line; no shell, no pager, no prompt, no hooks.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "--no-pager", "-C", folder, *arguments],
            input=stdin,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git took longer than {_SECONDS} s") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[0].removeprefix("fatal: ") if said else f"git ended with {done.returncode}")
    return done.stdout


def resolve_revision(folder: str, revision: str) -> str:
    """Return the commit of a revision.

    Raises:
        GitError: there is no such commit, or this is no Git repository.
    """
    if revision.startswith("-"):
        raise GitError(f"'{revision}' is no revision")
    git(folder, "rev-parse", "--git-dir")
    try:
        found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    except GitError:
        raise GitError(f"there is no commit '{revision}' here (in a shallow clone, fetch it first)") from None
    return found.decode().strip()


def merge_base(folder: str, base: str, head: str) -> str:
    """Return the commit that a pull request starts from.

    Raises:
        GitError: the two have no common history.
    """
    try:
        return git(folder, "merge-base", base, head).decode().strip()
    except GitError:
        raise GitError("the two have no common history (in a shallow clone, fetch more of it)") from None


def top_level(folder: str) -> str:
    """Return the repository's work tree.

    Raises:
        GitError: this is no Git repository with a work tree.
    """
    return git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n")


class GitRevision:
    """The project's files in one commit. ``root`` is the project's folder in the work tree."""

    def __init__(self, root: str, commit: str, prefix: str) -> None:
        self.root = root
        self.commit = commit
        self._prefix = prefix
        self._folder = os.path.relpath(os.path.realpath(root), os.path.realpath(top_level(root)))
        self._objects: dict[str, tuple[str, str]] | None = None

    def files(self) -> list[SourceFile]:
        """Return every file that the layout names; links are left out, for they could lead anywhere."""
        wanted = [inside for inside in self._listed() if role_of(inside)[0]]
        if len(wanted) > MAX_FILES:
            refusal = f"the project has {len(wanted)} files; at most {MAX_FILES} are read"
            return [SourceFile(self._prefix + wanted[0], wanted[0], None, None, refusal)]
        return self._read([(inside, role_of(inside)[1]) for inside in wanted])

    def matching(self, patterns: list[str]) -> list[SourceFile]:
        """Return the files that a pattern of ``include`` names."""
        found = [
            inside
            for inside in self._listed()
            if inside.endswith(ENDINGS)
            and not any(part.startswith(".") for part in inside.split("/"))
            and any(matches(inside, pattern) for pattern in patterns)
        ]
        return self._read([(inside, None) for inside in found])

    def _listed(self) -> list[str]:
        if self._objects is None:
            spec = self.commit if self._folder == "." else f"{self.commit}:{self._folder}"
            try:
                listing = git(self.root, "ls-tree", "-r", "-z", "--full-tree", spec)
            except GitError:
                # The folder did not exist then.
                listing = b""
            self._objects = {}
            for entry in listing.split(b"\0"):
                if entry:
                    meta, _, name = entry.partition(b"\t")
                    mode, kind, sha = meta.decode().split(" ")
                    if kind == "blob" and mode != _LINK:
                        self._objects[name.decode("utf-8", "surrogateescape")] = (sha, mode)
        return sorted(self._objects)

    def _read(self, wanted: list[tuple[str, str | None]]) -> list[SourceFile]:
        if not wanted or self._objects is None:
            return []
        names = [self._objects[inside][0] for inside, _ in wanted]
        answer = git(self.root, "cat-file", "--batch", stdin="".join(name + "\n" for name in names).encode())
        found = []
        position = 0
        for inside, environment in wanted:
            end = answer.index(b"\n", position)
            size = int(answer[position:end].rsplit(b" ", 1)[1])
            raw = answer[end + 1 : end + 1 + size]
            position = end + 1 + size + 1
            refusal = f"it has {size} bytes; at most {MAX_BYTES} (10 MiB) are read" if size > MAX_BYTES else ""
            found.append(SourceFile(self._prefix + inside, inside, environment, None if refusal else raw, refusal))
        return found
