"""Links that a checkout may hold: what is written into it must not be led elsewhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from mailspec.files.opening import walk_links


def refuse_links(path: str, *tops: str) -> None:
    """Refuse a file that a link leads to below the working folder, one of ``tops``, or the top of a checkout around the
    file, as its path says: a change may bring one.

    Raises:
        OSError: ``ELOOP``, with the link's name in the words.
    """
    for top in (os.getcwd(), *tops, *checkouts(path)):
        _refuse(path, os.path.abspath(top))


def checkouts(path: str) -> Iterator[str]:
    """Yield the folders above a path that hold a ``.git``, the nearest first, by their names: no link is followed,
    because a link below one of them is a change's word."""
    path = os.path.abspath(path)
    while (above := os.path.dirname(path)) != path:
        path = above
        if os.path.lexists(os.path.join(path, ".git")):
            yield path


def link_within(path: str, top: str) -> str | None:
    """Return the first link below ``top``, or in it, that a path leads through as the system opens it; ``None`` where
    there is none. Links that lie elsewhere are followed.

    ``path`` is absolute, and ``top`` a folder without links in its own path.

    Raises:
        ValueError: no file can have the path.
    """
    return walk_links(path, top)[1]


def _refuse(path: str, top: str) -> None:
    whole = os.path.abspath(path)
    # At the root of the system nothing is a checkout, and /dev/stdout is a link.
    if top == os.sep or not whole.startswith(os.path.join(top, "")):
        return
    here = top
    for part in os.path.relpath(whole, top).split(os.sep):
        here = os.path.join(here, part)
        if os.path.islink(here):
            shown = os.path.relpath(here, top)
            raise OSError(errno.ELOOP, f"{shown} is a link, which could lead anywhere; name a file that is none", path)
