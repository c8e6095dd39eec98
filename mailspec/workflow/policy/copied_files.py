"""Encrypted files of the repository that a change copies: limits name a file, and what it holds is another one's.

Limits allow a file of the project for what whoever wrote them finds in it. A change may write into it, as a rotated
secret is; a copy of another encrypted file of the repository would have the runner open one that limits do not name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import starmap
from typing import Any, NamedTuple

from mailspec.files.opening import Unread, declared_path, follow_links, read_file
from mailspec.secrets.encrypted import UNKNOWN, age_mark, fingerprints, main_fingerprints
from mailspec.secrets.paths import option_value
from mailspec.secrets.sops_file import LARGEST, sealed_fields, sealed_value, tree_of
from mailspec.source.git import file_at, folder_in, top_level
from mailspec.source.history import all_versions

# The kinds of references that read files which may be encrypted.
KINDS = frozenset({"age", "sops", "command"})
# The ending of what sops reads and we do not.
_UNREAD = ".ini"
_SOPS_UNKNOWN = f"sops {UNKNOWN}"
_UNKNOWN = frozenset({f"age {UNKNOWN}", _SOPS_UNKNOWN, f"bytes {UNKNOWN}"})


class _Part(NamedTuple):
    """A file that a reference of some kind reads: its path as declared, absolute, and its real one, how the reference
    names another one in its place (and of sops another field), its name as declared, and of sops the field."""

    kind: str
    path: str
    real: str
    named: Callable[[str, str], dict[str, Any]]
    name: str = ""
    field: str = ""


class CopiedFiles:
    """What the repository's files held in the base revision and before it."""

    def __init__(self, root: str, commit: str, in_use: Callable[[Mapping[str, Any]], bool]) -> None:
        """``root`` is the project's folder, absolute; ``commit`` the base revision's, and ``in_use`` tells whether that
        uses a reference, so that limits have judged it."""
        self._root, self._commit, self._in_use = root, commit, in_use

    def originals(self, reference: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield references that would read the same secret: each names a path under which the base or an ancestor of it
        has what a file of the given one holds now. No link in such a path counts: it is as it was. What the base uses
        with the same content is no copy that a change brings: a file may have been moved once.

        Raises:
            GitError: the repository cannot be read.
        """
        top = top_level(self._root)
        for part in _parts(reference, self._root):
            if os.path.commonpath([top, part.real]) != top:
                continue
            content = read_file(part.real, LARGEST)
            if isinstance(content, Unread) and content.kind != "large":
                # What is not there, or no file, nobody reads.
                continue
            raw = None if isinstance(content, Unread) else content.raw
            marks = set(_marks(part, raw))
            # Asked first: it spares a run that changes no such file the reading of the whole history.
            if not (self._has(part, raw, marks, top) and self._in_use(reference)):
                yield from starmap(part.named, self._others(part, marks, top))

    def _has(self, part: _Part, raw: bytes | None, marks: set[str], top: str) -> bool:
        """Tell whether the base has the same in the same place."""
        # As it is named: a link of the change may lead to what the base has elsewhere, and nobody has judged.
        folder, name = os.path.split(part.path)
        before = file_at(top, self._commit, os.path.normpath(os.path.join(folder_in(folder, top), name)))
        if before is None:
            return False
        return raw == before or (marks == set(_marks(part, before)) and marks.isdisjoint(_UNKNOWN))

    def _others(self, part: _Part, marks: set[str], top: str) -> list[tuple[str, str]]:
        """Return the other paths, and of sops the fields, under which there was what has these marks."""
        known = _known(top, self._commit) if marks else {}
        found: dict[tuple[str, str], None] = {}
        for mark in marks:
            kind, _, rest = mark.partition(" ")
            # What cannot be taken apart may be any other of its kind.
            alike = [mark] if rest != UNKNOWN else [other for other in known if other.startswith(f"{kind} ")]
            found |= dict.fromkeys(place for other in alike for place in known.get(other, ()))
        # A field that cannot be told is taken for the same one.
        places = ((os.path.normpath(os.path.join(top, path)), field or part.field) for path, field in found)
        return list(dict.fromkeys((path, field) for path, field in places if (path, field) != (part.real, part.field)))


def _parts(reference: Mapping[str, Any], root: str) -> Iterator[_Part]:
    if isinstance(path := reference.get("age"), str) and "\0" not in path:
        whole = declared_path(root, path)
        yield _Part("age", whole, follow_links(whole), lambda other, _field: {"age": other}, os.path.basename(path))
    if isinstance(text := reference.get("sops"), str) and "\0" not in text:
        path, _, field = text.rpartition("#")
        whole = declared_path(root, path)
        name = os.path.basename(path)
        yield _Part("sops", whole, follow_links(whole), lambda other, key: {"sops": f"{other}#{key}"}, name, field)
    if isinstance(command := reference.get("command"), list):
        words = [str(word) for word in command]
        for index, word in enumerate(words):
            if index and "\0" not in word:
                # As the program opens it, which starts in the project's folder.
                whole = os.path.join(root, option_value(word))
                named = partial(_with_word, words, index, root)
                yield _Part("command", os.path.normpath(whole), follow_links(whole), named, os.path.basename(word))


def _with_word(words: list[str], index: int, root: str, path: str, _field: str) -> dict[str, Any]:
    # Limits compare words, so the path is written as the one that it stands for.
    value = option_value(words[index])
    word = path if os.path.isabs(value) else os.path.relpath(path, follow_links(root))
    return {"command": [*words[:index], words[index].removesuffix(value) + word, *words[index + 1 :]]}


def _marks(part: _Part, raw: bytes | None) -> Iterator[str]:
    """Yield by what a file's encrypted content is known again, of one of its fields where there is such; ``raw`` is
    ``None`` where it is too large to be looked at."""
    if raw is None or (part.kind == "sops" and part.name.endswith(_UNREAD)):
        yield from _UNKNOWN if raw is None else (_SOPS_UNKNOWN,)
    elif part.kind == "age":
        yield age_mark(raw)
    elif part.kind == "command":
        yield from main_fingerprints(raw, part.name)
    else:
        tree = tree_of(part.name, raw)
        value = None if tree is None else sealed_value(tree, part.field)
        if value is not None:
            yield f"sops {value}"


@lru_cache(maxsize=4)
def _known(top: str, commit: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the paths of all that a commit and its ancestors have encrypted, and of sops the fields, empty where they
    cannot be told, by what it is known by."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for paths, raw in all_versions(top, commit):
        for path in paths:
            fields = dict(sealed_fields(os.path.basename(path), raw))
            for mark in fingerprints(raw):
                field = fields.get(mark.removeprefix("sops "), "") if mark.startswith("sops ") else ""
                found.setdefault(mark, {})[path, field] = None
    return {mark: tuple(places) for mark, places in found.items()}
