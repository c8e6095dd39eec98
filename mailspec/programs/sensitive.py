"""Where a file starts programs or opens doors, as data: no target is given one unless the runner's limits name it."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

# Places that a type of target writes as its own, in the words of the data file.
OWN_PLACES: dict[str, tuple[str, ...]] = {
    "git_send_email": ("~/.gitconfig", "~/.config/git/config", "/etc/gitconfig"),
    "msmtp": ("~/.msmtprc", "~/.config/msmtp/config", "/etc/msmtprc"),
    "postfix": ("/etc/postfix*",),
    "exim": ("/etc/exim4",),
    "nullmailer": ("/etc/nullmailer",),
    # Ruby, which gitlab-ctl runs as root: only who writes literals may write it.
    "ruby_file": ("/etc/gitlab/gitlab.rb",),
}
_HOMES = ("/root", "/home/*", "/Users/*", "/var/root")


class _Places(NamedTuple):
    """Patterns, made ready to be looked up: whole paths, and those with a ``*`` by their depth and what precedes it.

    The number of each says which was declared first, and so whose words are told.
    """

    exact: dict[str, int]
    wild: dict[int, list[tuple[str, str, int]]]
    why: tuple[str, ...]

    def first(self, forms: Iterable[str]) -> int | None:
        """Return the number of the first pattern that one of these paths, or a folder above it, fits."""
        return min((number for form in forms for part in _above(form) for number in self._fitting(part)), default=None)

    def _fitting(self, part: str) -> Iterator[int]:
        number = self.exact.get(part)
        if number is not None:
            yield number
        # Of the same depth: a "*" means a part of one name.
        for front, pattern, number in self.wild.get(part.count("/"), ()):
            if part.startswith(front) and fnmatchcase(part, pattern):
                yield number


def _places_of(entries: Iterable[tuple[str, str]]) -> _Places:
    exact: dict[str, int] = {}
    wild: dict[int, list[tuple[str, str, int]]] = {}
    why: list[str] = []
    for number, (pattern, words) in enumerate(entries):
        why.append(words)
        front, star, _ = pattern.removeprefix("**/").partition("*")
        if star:
            front = f"**/{front}" if pattern.startswith("**/") else front
            wild.setdefault(pattern.count("/"), []).append((front, pattern, number))
        else:
            exact.setdefault(pattern, number)
    return _Places(exact, wild, tuple(why))


@cache
def _places() -> _Places:
    data = tomllib.loads(Path(__file__).with_name("sensitive_places.toml").read_text("utf-8"))
    return _places_of((pattern, place["why"]) for place in data["places"] for pattern in place["paths"])


@cache
def _own(type_: str) -> _Places:
    return _places_of((pattern, "") for pattern in OWN_PLACES.get(type_, ()))


def why_sensitive(path: str, type_: str, homes: Iterable[str] = ()) -> str | None:
    """Return what stands at a path that a target must not be given unasked, ``None`` where nothing is known of it.

    ``path`` is absolute, its links followed where that can be. ``type_`` is the target's word; ``homes`` are the home
    folders that are known, beside the usual ones.

    >>> why_sensitive("/etc/cron.d/acme", "env_file"), why_sensitive("/etc/acme/smtp.env", "env_file")
    ('scheduled jobs', None)
    """
    path = posixpath.normpath(path)
    forms = [path, *_in_homes(path, (*_HOMES, *homes))]
    if _own(type_).first(forms) is not None:
        return None
    number = _places().first([*forms, *_ends(path)])
    return None if number is None else _places().why[number]


def _in_homes(path: str, homes: Iterable[str]) -> Iterator[str]:
    """Yield the path as seen from each home folder that it lies in: ``~/.ssh/config``."""
    for home in homes:
        folder, star, _ = home.rstrip("/").partition("*")
        if star:
            inside = path.removeprefix(folder).partition("/")[2] if path.startswith(folder) else ""
        else:
            inside = path.removeprefix(f"{folder}/") if path.startswith(f"{folder}/") else ""
        if inside:
            yield f"~/{inside}"


def _ends(path: str) -> Iterator[str]:
    """Yield each name of a path, and each two that follow one another, as ``**/NAME`` and ``**/FOLDER/NAME``."""
    names = path.strip("/").split("/")
    yield f"**/{names[-1]}"
    # The folder alone is above the two.
    yield from (f"**/{folder}/{name}" for folder, name in pairwise(names))


def _above(form: str) -> Iterator[str]:
    """Yield a path and the folders above it."""
    while form:
        yield form
        form = form.rpartition("/")[0]
