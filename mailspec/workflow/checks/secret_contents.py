"""By what a secret in a file of the project is known again, whatever the file is called: by what it holds.

A stranger cannot read what is encrypted, yet can copy it and give the copy to an account of theirs.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from mailspec.files.opening import declared_path, follow_links
from mailspec.resolve.person import for_person
from mailspec.secrets.encrypted import UNKNOWN, age_mark, is_sealed, main_fingerprints
from mailspec.secrets.paths import option_value
from mailspec.secrets.sops_file import read_sops, sealed_value
from mailspec.source.revision import ABSENT
from mailspec.source.walk import GOES_ROUND, LEADS_OUT
from mailspec.text.address import PLACEHOLDER
from mailspec.workflow.project import Project

PATHS = frozenset({"file", "age", "sops"})
_NOTHING = (
    *(os.strerror(code).lower() for code in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)),
    *("it is not a regular file", "no file can have such a path", ABSENT, GOES_ROUND),
)


class SecretContents:
    """What one version of a project's files holds; a revision's are read from Git and never from the checkout."""

    def __init__(self, project: Project, written: frozenset[str] = frozenset()) -> None:
        """``written`` are files that targets write, by their real paths: what they hold may be a change's."""
        self._source, self._root, self._written = project.source, project.root, written
        self._read: dict[str, bytes | str | None] = {}
        # Once a path and once a file: thousands of references may name the same one.
        self._inside = cache(self._find_inside)
        self._digest_of = cache(self._find_digest)
        self._fingerprints = cache(self._find_fingerprints)
        self._tree = cache(self._read_tree)

    def look_at(self, references: Iterable[tuple[Mapping[str, Any], Collection[str]]]) -> None:
        """Read at once what references name; the second of each pair are the addresses that it stands for."""
        paths = {
            inside
            for reference, people in references
            for one in _written_out(reference, people)
            for inside in self._named(one)
        }
        wanted = sorted(paths - self._read.keys())
        for inside, file in (self._source.several(wanted) if wanted else {}).items():
            self._read[inside] = UNKNOWN if file.raw is None and _may_be_read(file.refusal) else file.raw

    def keys(self, reference: Mapping[str, Any], people: Collection[str] = ()) -> tuple[str, ...]:
        """Return the keys of what a reference's files hold: a copy has those of its original."""
        self.look_at([(reference, people)])
        found = (key for one in _written_out(reference, people) for key in self._keys(one))
        return tuple(dict.fromkeys(found))

    def has_place_for(self, path: str) -> bool:
        """Tell whether a path leads into the project, whatever is there, or to a file that a target writes."""
        return bool(self._inside(path)) or self._is_written(path)

    def _is_written(self, path: str) -> bool:
        return bool(self._written) and "\0" not in path and real_path(self._root, path) in self._written

    def _keys(self, reference: Mapping[str, Any]) -> Iterator[str]:
        contents = [self._read[inside] for inside in self._named(reference)]
        if UNKNOWN in contents or any(map(self._is_written, file_paths(reference))):
            yield UNKNOWN
            return
        if isinstance(command := reference.get("command"), list):
            if any(self._is_elsewhere(option_value(str(part))) for part in command[1:]):
                yield UNKNOWN
                return
            yield from self._of_command([str(part) for part in command[1:]])
            return
        for word in PATHS & reference.keys():
            for inside in self._named(reference):
                found = self._key(word, str(reference[word]), inside)
                if found:
                    yield found

    def _is_elsewhere(self, part: str) -> bool:
        """Tell whether a program would open another file by a word than the one that is looked at: it follows links
        before it goes up."""
        if ".." not in part or "\0" in part:
            return False
        return follow_links(os.path.join(self._root, part)) != follow_links(declared_path(self._root, part))

    def _of_command(self, words: list[str]) -> Iterator[str]:
        """Yield the keys of a command, whose program has many names: one for each secret in a file that it names."""
        marks_of = [self._marks(word) for word in words]
        plain = [" ".join(marks) or word for word, marks in zip(words, marks_of, strict=True)]
        for word, marks in zip(words, marks_of, strict=True):
            # By whichever program it is opened, it is the same secret.
            if marks and self._is_sealed(self._inside(option_value(word)), posixpath.basename(word)):
                yield from map(_of_mark, marks)
        for index, marks in enumerate(marks_of):
            before = words[index].removesuffix(option_value(words[index]))
            for mark in marks:
                with_one = [*plain[:index], before + mark, *plain[index + 1 :]]
                yield _digest("command", json.dumps(with_one).encode())

    def _marks(self, word: str) -> tuple[str, ...]:
        """Return by what the file in a command's word is known, nothing where it names none."""
        inside = self._inside(option_value(word))
        return self._fingerprints(inside, posixpath.basename(word)) if self._digest_of("file", inside) else ()

    def _is_sealed(self, inside: str, name: str) -> bool:
        raw = self._read.get(inside)
        return isinstance(raw, bytes) and is_sealed(raw, name)

    def _find_fingerprints(self, inside: str, name: str) -> tuple[str, ...]:
        raw = self._read.get(inside)
        found = main_fingerprints(raw, name) if isinstance(raw, bytes) else ()
        return tuple(found) or (self._digest_of("file", inside),)

    def _key(self, word: str, path: str, inside: str) -> str:
        """Return the key of what a file holds, empty for one that is not there or holds nothing."""
        if word != "sops" or not self._digest_of(word, inside):
            return self._digest_of(word, inside)
        name, _, field = path.rpartition("#")
        tree = self._tree(name, inside)
        value = None if tree is None else sealed_value(tree, field)
        return UNKNOWN if value is None else _digest(word, value.encode("utf-8", "surrogatepass"))

    def _find_digest(self, word: str, inside: str) -> str:
        raw = self._read.get(inside)
        if not isinstance(raw, bytes) or not raw.strip():
            return ""
        if word == "age":
            return _of_mark(age_mark(raw))
        # A line's end is no part of the secret.
        return _digest(word, raw.removesuffix(b"\n").removesuffix(b"\r"))

    def _read_tree(self, name: str, inside: str) -> Mapping[str, Any] | None:
        raw = self._read.get(inside)
        file = read_sops(name, raw) if isinstance(raw, bytes) else None
        return None if file is None else file.tree

    def _named(self, reference: Mapping[str, Any]) -> list[str]:
        """Return the paths in the project that a reference names, whether or not there is anything."""
        if isinstance(command := reference.get("command"), list):
            paths = [option_value(str(part)) for part in command[1:]]
        else:
            paths = file_paths(reference)
        return [inside for inside in map(self._inside, paths) if inside]

    def _find_inside(self, path: str) -> str:
        """Return a path as seen from the project, empty for one that is not in it."""
        if "\0" in path:
            return ""
        # As it is written first: links are those of the checkout, whichever version this is. A path may also leave the
        # project and come back: by the folder's own name, from home, or by /proc/self/cwd.
        whole = declared_path(self._root, path)
        real = os.path.relpath(follow_links(whole), follow_links(self._root))
        plain = map(posixpath.normpath, (os.path.relpath(whole, self._root), real))
        return next((inside for inside in plain if inside not in (".", "..") and not inside.startswith("../")), "")


def file_paths(reference: Mapping[str, Any]) -> list[str]:
    """Return the path that a reference reads, as it is declared; a command's words are none."""
    return [
        path.rpartition("#")[0] if word == "sops" else path
        for word in PATHS & reference.keys()
        if isinstance(path := reference[word], str)
    ]


@lru_cache(maxsize=8192)
def real_path(root: str, path: str) -> str:
    """Return where a declared path really leads."""
    return follow_links(declared_path(root, path))


def _may_be_read(refusal: str) -> bool:
    """Tell whether a run may find in a file what this version does not show. There is nothing where no file is, and
    outside of the project, where no change brings a copy, paths are compared."""
    return refusal != LEADS_OUT and not refusal.endswith(_NOTHING)


def _written_out(reference: Mapping[str, Any], people: Collection[str]) -> Iterator[Any]:
    if PLACEHOLDER not in str(reference) or not people:
        return iter([reference])
    return (for_person(reference, address) for address in people)


def _of_mark(mark: str) -> str:
    """Return the key of what a file is known by."""
    kind, _, rest = mark.partition(" ")
    return UNKNOWN if rest == UNKNOWN else _digest(kind, rest.encode())


def _digest(word: str, content: bytes) -> str:
    return f"{word} {hashlib.sha256(content).hexdigest()}"
