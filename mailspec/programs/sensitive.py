"""Where a file starts programs or opens doors, as data: no target is given one unless the runner's limits name it."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

# Files that a type of target writes as its own, in the words of the data file.
OWN_PLACES: dict[str, tuple[str, ...]] = {
    "git_send_email": ("~/.gitconfig", "~/.config/git/config", "/etc/gitconfig"),
}
_HOMES = ("/root", "/home/*", "/Users/*", "/var/root")


@cache
def _places() -> tuple[tuple[str, str], ...]:
    data = tomllib.loads(Path(__file__).with_name("sensitive_places.toml").read_text("utf-8"))
    return tuple((pattern, place["why"]) for place in data["places"] for pattern in place["paths"])


def why_sensitive(path: str, type_: str, homes: Iterable[str] = ()) -> str | None:
    """Return what stands at a path that a target must not be given unasked, ``None`` where nothing is known of it.

    ``path`` is absolute, its links followed where that can be. ``type_`` is the target's word; ``homes`` are the home
    folders that are known, beside the usual ones.

    >>> why_sensitive("/etc/cron.d/acme", "env_file"), why_sensitive("/etc/acme/smtp.env", "env_file")
    ('scheduled jobs', None)
    """
    path = posixpath.normpath(path)
    home = (*_HOMES, *homes)
    if any(_fits(path, pattern, home) for pattern in OWN_PLACES.get(type_, ())):
        return None
    parts = path.split("/")
    above = ["/".join(parts[: number + 1]) for number in range(1, len(parts))]
    return next((why for pattern, why in _places() if any(_fits(part, pattern, home) for part in above)), None)


def _fits(path: str, pattern: str, homes: Iterable[str]) -> bool:
    if pattern.startswith("**/"):
        return fnmatchcase(posixpath.basename(path), pattern[3:])
    if pattern.startswith("~/"):
        return any(_same_depth(path, home.rstrip("/") + pattern[1:]) for home in homes)
    return _same_depth(path, pattern)


def _same_depth(path: str, pattern: str) -> bool:
    """Tell whether a path fits a pattern whose ``*`` means one name."""
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
