"""Declared paths: a relative one starts at the declaring file."""

from __future__ import annotations

import posixpath

from mailspec.load.item import Item
from mailspec.load.spec import Spec


def from_project(item: Item, path: tuple[str | int, ...], text: str, spec: Spec) -> str:
    """Return a declared path as seen from the project's folder."""
    if text.startswith(("/", "~")):
        return text
    document = item.source(path)[0]
    folder = posixpath.dirname(spec.inside(document.name))
    return posixpath.normpath(posixpath.join(folder, text))
