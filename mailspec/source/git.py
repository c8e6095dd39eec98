"""Ask Git as one asks an enemy: the repository may hold a stranger's commits, and its own settings are not trusted.

No hook, filter, file-system monitor or pager runs, no object is replaced or fetched, nothing is checked out. The
repository is the one whose ``.git`` stands nearest above the project, never a bare one that lies among its files.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable

from mailspec.files.opening import follow_links

_SECONDS = 120
_SETTINGS = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.useReplaceRefs": "false",
    "core.attributesFile": os.devnull,
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
# What would lead git to another repository, or to other objects than those of the one in the project.
_MISLEADING = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_CEILING_DIRECTORIES",
    "GIT_EXTERNAL_DIFF",
    "GIT_ATTR_SOURCE",
)


class GitError(Exception):
    """Git cannot answer; the message says why, in words for people."""


def find_top(folder: str) -> str | None:
    """Return the nearest folder upwards that holds a ``.git``, links followed; ``None`` outside any repository."""
    current = follow_links(folder)
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
    return current


def git(
    folder: str,
    *arguments: str,
    stdin: bytes | None = None,
    seconds: float = _SECONDS,
    clean: tuple[int, ...] = (0,),
    index: str | None = None,
) -> bytes:
    """Run git at the top of the repository around a folder and return what it prints. ``clean`` are the exit codes
    that are no failure, ``index`` is a file to use in the place of the repository's index.

    Raises:
        GitError: there is no repository, git is missing, takes too long or refuses.
    """
    top = find_top(folder)
    if top is None:
        raise GitError(f"{folder} is in no Git repository")
    environment = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    environment |= {
        "GIT_CEILING_DIRECTORIES": os.path.dirname(top),
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A promisor remote is a program of the repository's choice: git 2.44 has the first, all have the second.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    if index is not None:
        environment["GIT_INDEX_FILE"] = index
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    try:
        done = subprocess.run(
            ["git", "--no-pager", *settings, "-C", top, *arguments],
            input=stdin,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except OSError as error:
        raise GitError(f"git cannot be started: {(error.strerror or 'error').lower()}") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git took longer than {seconds:g} s") from None
    if done.returncode not in clean:
        error_lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(error_lines[0].removeprefix("fatal: ") if error_lines else f"git ended with {done.returncode}")
    return done.stdout


def file_at(top: str, commit: str, path: str) -> bytes | None:
    """Return what a regular file holds in a commit, by its path from the repository's top, ``None`` where there is
    none: a link is no file, whatever its text.

    Raises:
        GitError: Git cannot say.
    """
    return _blob_at(top, commit, path, (b"100644", b"100755"))


def link_at(top: str, commit: str, path: str) -> bytes | None:
    """Return where a link leads in a commit, by its path from the repository's top; ``None`` where there is none.

    Raises:
        GitError: Git cannot say.
    """
    return _blob_at(top, commit, path, (b"120000",))


def is_in(top: str, commit: str, path: str) -> bool:
    """Tell whether a commit has anything at a path from the repository's top, be it a file, a link or a folder.

    Raises:
        GitError: Git cannot say.
    """
    return bool(_entry_at(top, commit, path))


def _entry_at(top: str, commit: str, path: str) -> bytes:
    return git(top, "ls-tree", "-z", commit, "--", f":(top,literal){path}").split(b"\0")[0]


def _blob_at(top: str, commit: str, path: str, modes: tuple[bytes, ...]) -> bytes | None:
    mode, _, rest = _entry_at(top, commit, path).partition(b" ")
    if mode not in modes:
        return None
    return git(top, "cat-file", "blob", rest.partition(b"\t")[0].removeprefix(b"blob ").decode())


def has_commit(folder: str, commit: str) -> bool:
    """Tell whether a repository has a commit; without a repository, or where Git cannot say, it has none."""
    try:
        return resolve_revision(folder, commit) == commit
    except GitError:
        return False


def resolve_revision(folder: str, revision: str) -> str:
    """Return the commit of a revision.

    Raises:
        GitError: there is no such commit, this is no Git repository, or one that a change may have brought along.
    """
    if revision.startswith("-") or "\0" in revision:
        raise GitError(f"'{revision}' is no revision")
    git(folder, "rev-parse", "--git-dir")
    _require_own(folder)
    try:
        found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    except GitError:
        raise GitError(f"there is no commit '{revision}' here (in a shallow clone, fetch it first)") from None
    return found.decode().strip()


def _require_own(folder: str) -> None:
    """Refuse a repository that an outer one holds as a submodule: a change there chooses its whole history."""
    top = find_top(folder)
    outer = None if top is None or os.path.dirname(top) == top else find_top(os.path.dirname(top))
    if top is None or outer is None:
        return
    inside = os.path.relpath(top, outer)
    try:
        listed = git(outer, "ls-files", "--stage", "-z", "--", f":(top,literal){inside}")
    except GitError:
        return
    if listed.startswith(b"160000 "):
        raise GitError(f"{top} is a submodule of {outer}, which chooses its history; compare there")


def merge_base(folder: str, base: str, head: str) -> str:
    """Return the commit that a pull request starts from; both are commits as :func:`resolve_revision` gives them.

    Raises:
        GitError: the two have no common history.
    """
    try:
        return git(folder, "merge-base", base, head).decode().strip()
    except GitError:
        raise GitError("the two have no common history (in a shallow clone, fetch more of it)") from None


def top_level(folder: str) -> str:
    """Return the repository's work tree, links followed.

    Raises:
        GitError: this is no Git repository with a work tree.
    """
    top = find_top(folder)
    if top is None:
        raise GitError(f"{folder} is in no Git repository")
    return top


def folder_in(folder: str, top: str) -> str:
    """Return a folder relative to its repository's top, as it is named: a link there is only today's, wherever it
    leads, be it to the top itself."""
    path = os.path.abspath(folder)
    outermost = None
    while (above := os.path.dirname(path)) != path:
        outermost = path if follow_links(path) == top else outermost
        path = above
    if outermost is not None:
        return os.path.relpath(os.path.abspath(folder), outermost)
    # The repository is reached by a link from outside of it.
    return os.path.relpath(follow_links(folder), top)


def commit_of(folder: str) -> str | None:
    """Return the commit that a project is at, ``None`` outside Git."""
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", "HEAD", seconds=10).decode().strip() or None
    except GitError:
        return None


def is_tracked(path: str) -> bool:
    """Tell whether Git has a file in its index."""
    folder, name = os.path.split(os.path.abspath(path))
    top = find_top(folder) if os.path.isdir(folder) else None
    if top is None:
        return False
    inside = os.path.relpath(os.path.join(follow_links(folder), name), top)
    try:
        return bool(git(top, "ls-files", "-z", "--cached", "--", f":(top,literal){inside}", seconds=10))
    except GitError:
        return False


def tracked(top: str, names: Iterable[str]) -> set[str]:
    """Return those of some paths, relative to the repository's top, that are in its index.

    Raises:
        GitError: Git cannot say.
    """
    wanted = set(names)
    if not wanted:
        return set()
    # One folder is listed: with thousands of paths Git holds each file of the index against each of them.
    shared = os.path.commonpath([os.path.dirname(name) for name in wanted])
    listed = git(top, "ls-files", "-z", "--cached", "--", f":(top,literal){shared}")
    return wanted & set(map(os.fsdecode, listed.split(b"\0")))


def changed(top: str, names: Iterable[str], read: Callable[[str], bytes]) -> set[str]:
    """Return those of some paths, relative to the repository's top, that hold something else than Git's index has; line
    ends may differ. ``read`` gives what a path holds.

    Raises:
        GitError: Git cannot say.
    """
    wanted = set(names)
    if not wanted:
        return set()
    shared = next(iter(wanted)) if len(wanted) == 1 else os.path.commonpath([os.path.dirname(name) for name in wanted])
    listed = git(top, "ls-files", "-z", "--stage", "--", f":(top,literal){shared}", seconds=10)
    staged: dict[str, str] = {}
    for entry in listed.split(b"\0")[:-1]:
        # Mode, object, stage; one that is a side of a conflict is nothing that could be compared with.
        words, _, name = entry.partition(b"\t")
        _mode, number, stage = words.decode().split(" ")
        staged[os.fsdecode(name)] = number if stage == "0" else ""
    return {name for name in wanted if not _is_object(staged.get(name, ""), read(name))}


def _is_object(number: str, raw: bytes) -> bool:
    kind = "sha256" if len(number) == 64 else "sha1"
    texts = (raw, raw.replace(b"\r\n", b"\n"))
    return any(
        hashlib.new(kind, b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest() == number
        for text in texts
    )


# Attributes by which a file in the work tree is other than the object that Git holds (gitattributes(5)); those of line
# ends are left out, because nothing that is read here depends on them.
_CONVERTING = ("working-tree-encoding", "ident", "filter")


def converted(top: str, commit: str, names: Iterable[str]) -> dict[str, str]:
    """Return those of some paths, relative to the repository's top, that Git changes when it checks a commit out, with
    the attribute that says so.

    Raises:
        GitError: Git cannot say.
    """
    asked = b"".join(os.fsencode(name) + b"\0" for name in names)
    if not asked:
        return {}
    # The attributes of a commit, whatever lies in the work tree: git 2.40 and later could be told to look there.
    with tempfile.TemporaryDirectory() as folder:
        index = os.path.join(folder, "index")
        git(top, "read-tree", commit, index=index)
        listed = git(top, "check-attr", "--cached", "-z", "--stdin", *_CONVERTING, stdin=asked, index=index)
    return {
        os.fsdecode(name): attribute.decode()
        for name, attribute, value in zip(*[iter(listed.split(b"\0")[:-1])] * 3, strict=True)
        if value not in (b"unspecified", b"unset")
        # Git's own encoding is no conversion.
        and not (attribute == b"working-tree-encoding" and value.lower() in (b"utf-8", b"utf8"))
    }


def ignored(top: str, names: Iterable[str], *, own_only: bool = False) -> set[str]:
    """Return those of some paths, relative to the repository's top, that Git ignores.

    With ``own_only`` the repository's ``.gitignore`` files count alone: a user's own ignores are nobody else's.

    Raises:
        GitError: Git cannot say, such as of a path within a submodule.
    """
    asked = b"".join(os.fsencode(name) + b"\0" for name in names)
    if not asked:
        return set()
    # It ends with 1 where none is ignored.
    listed = git(top, "check-ignore", "--no-index", "--verbose", "-z", "--stdin", stdin=asked, clean=(0, 1))
    parts = listed.split(b"\0")
    return {
        os.fsdecode(name)
        for source, _line, pattern, name in zip(*[iter(parts[:-1])] * 4, strict=True)
        # The last pattern that matches decides, and "!" takes a file out again.
        if not pattern.startswith(b"!") and (not own_only or os.path.basename(source) == b".gitignore")
    }
