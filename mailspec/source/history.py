"""Every file that a commit or any of its ancestors had, read from Git's objects."""

from __future__ import annotations

import os
from collections.abc import Iterator

from mailspec.source.git import git, top_level

_LARGEST = 10 * 1024 * 1024  # bytes of a file; larger ones are left out
_AT_ONCE = 64 * 1024 * 1024  # bytes that are read in one go
_LINK, _SUBMODULE = b"120000", b"160000"


def all_versions(root: str, commit: str) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Yield each file's content once, with the paths, relative to the repository's top, under which a commit or an
    ancestor of it has it.

    As much is read as this clone has: what a shallow one cut off is not known, nor objects that a partial one lacks.

    Raises:
        GitError: Git cannot say.
    """
    top = top_level(root)
    paths = _paths(top, commit)
    asked = b"".join(number + b"\n" for number in paths)
    sizes = (
        git(top, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=asked) if asked else b""
    )
    group: list[bytes] = []
    total = 0
    for line in sizes.splitlines():
        words = line.split(b" ")
        if len(words) != 3 or words[1] != b"blob" or int(words[2]) > _LARGEST:
            continue
        group.append(words[0])
        total += int(words[2])
        if total > _AT_ONCE:
            yield from _contents(top, group, paths)
            group, total = [], 0
    yield from _contents(top, group, paths)


def _paths(top: str, commit: str) -> dict[bytes, dict[str, None]]:
    """Return the paths of each object. Of a merge those count that no parent has so."""
    found: dict[bytes, dict[str, None]] = {}
    how = ("--stdin", "-r", "-c", "--root", "--raw", "--no-abbrev", "-z", "--no-renames", "--no-commit-id")
    parts = iter(git(top, "diff-tree", *how, stdin=git(top, "rev-list", "--end-of-options", commit)).split(b"\0"))
    for described in parts:
        if not described.startswith(b":"):
            continue
        # As many colons as there are parents; the modes and the objects of those, and of the result.
        parents = len(described) - len(described.lstrip(b":"))
        words = described[parents:].split(b" ")
        mode, number = words[parents], words[2 * parents + 1]
        path = os.fsdecode(next(parts, b""))
        if mode not in (_LINK, _SUBMODULE) and number.strip(b"0"):
            found.setdefault(number, {})[path] = None
    return found


def _contents(
    top: str, numbers: list[bytes], paths: dict[bytes, dict[str, None]]
) -> Iterator[tuple[tuple[str, ...], bytes]]:
    answer = git(top, "cat-file", "--batch", stdin=b"".join(number + b"\n" for number in numbers)) if numbers else b""
    position = 0
    for number in numbers:
        end = answer.index(b"\n", position)
        size = int(answer[position:end].rpartition(b" ")[2])
        yield tuple(paths[number]), answer[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
