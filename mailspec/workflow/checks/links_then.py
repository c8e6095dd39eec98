"""Where the path of a secret's file led, in a version of the project that is not the folder's own.

A change may turn a file into a link to another secret: by today's links both would be one, and have one's places.
"""

from __future__ import annotations

import os
from functools import cache

from mailspec.files.opening import declared_path, follow_links
from mailspec.source.git import find_top
from mailspec.source.revision import GitRevision
from mailspec.workflow.checks.secret_keys import Real

_MOST_LINKS = 40  # as many as the system follows


def real_then(source: object, root: str) -> Real | None:
    """Return what says where a declared path leads in a revision, ``None`` for the folder itself."""
    if not isinstance(source, GitRevision):
        return None
    outside = real_outside(root)
    base = os.path.abspath(root)

    @cache
    def real(path: str) -> str:
        whole = declared_path(root, path)
        for _ in range(_MOST_LINKS):
            inside = os.path.relpath(whole, base)
            if inside in (".", "..") or inside.startswith("../"):
                return outside(whole)
            parts = inside.split(os.sep)
            texts = ((number, source.link("/".join(parts[:number]))) for number in range(1, len(parts) + 1))
            number, text = next((found for found in texts if found[1]), (0, ""))
            if not text:
                return os.path.join(follow_links(base), inside)
            whole = os.path.normpath(os.path.join(base, *parts[: number - 1], text, *parts[number:]))
        return whole

    return real


@cache
def real_outside(root: str) -> Real:
    """Return what says where a declared path leads by the links that are the runner's, none of a checkout."""
    top = find_top(root) or follow_links(root)
    lexical = os.path.abspath(root)

    @cache
    def real(path: str) -> str:
        whole = declared_path(root, path)
        if any(os.path.commonpath([folder, whole]) == folder for folder in (top, lexical)):
            return whole
        try:
            return follow_links(whole)
        except (OSError, ValueError):
            return whole

    return real
