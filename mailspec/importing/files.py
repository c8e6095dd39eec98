"""Reading a source's files, through the one opener.

A source may lie in a checkout, and then it is a stranger's: what it names is read only where it lies in that checkout,
too, and no program is run by its settings. Outside of any it is this machine's own, and says rightly where things are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from mailspec.files.opening import MIB, Unread, follow_links, read_file
from mailspec.importing.found import Problem
from mailspec.source.git import find_top
from mailspec.source.named import led_away
from mailspec.text.foreign import read_yaml

_LARGEST = 4 * MIB
_NAME_IT = "name that file itself, where it is meant to be imported"
_CHECKOUT: ContextVar[str | None] = ContextVar("checkout", default=None)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Keep what is read to the checkout that a source lies in, where it lies in one."""
    token = _CHECKOUT.set(_checkout(path))
    try:
        yield
    finally:
        _CHECKOUT.reset(token)


def _checkout(path: str) -> str | None:
    """Return the top of the checkout that a path leads through, else of the one that the file is in."""
    folder = os.path.dirname(os.path.abspath(path))
    current = folder
    while not os.path.lexists(os.path.join(current, ".git")):
        if os.path.dirname(current) == current:
            return find_top(folder)
        current = os.path.dirname(current)
    return follow_links(current)


def in_checkout() -> bool:
    """Tell whether the source that is being read may be a stranger's."""
    return _CHECKOUT.get() is not None


def led_out(path: str) -> Problem | None:
    """Return why a file is not read: the source lies in a checkout, and a name or a link leads out of it."""
    linked = led_away(path)
    if linked:
        return Problem(f"{path} is not read: {linked}", _NAME_IT)
    top = _CHECKOUT.get()
    if top is None or "\0" in path:
        return None
    real = follow_links(path)
    inside = os.path.relpath(real, top)
    if inside.split(os.sep)[0] not in ("..", ".git"):
        return None
    why = f"it lies outside of the checkout {top}" if inside.startswith("..") else "it is Git's own"
    return Problem(f"{path} is not read: {why}", _NAME_IT)


def text_of(path: str) -> str | Problem:
    """Return a file's text."""
    away = led_out(path)
    if away is not None:
        return away
    content = read_file(path, _LARGEST)
    if isinstance(content, Unread):
        return Problem(f"{path} cannot be read: {content.reason}", "name a file that this user may read")
    return content.raw.decode("utf-8-sig", "surrogateescape")


def yaml_of(path: str) -> Any | Problem:
    """Return a YAML file's data. Tags of the program's own are not known here."""
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    try:
        return read_yaml(text)
    except ValueError as error:
        return Problem(f"{path}: {error}", "correct it first, or name a file with less in it")


def beside(path: str, other: str) -> str:
    """Return a path that is relative to a file."""
    return os.path.join(os.path.dirname(path), other)


def part(data: Any, *steps: str) -> Mapping[str, Any]:
    """Return a map inside of data, an empty one where there is none."""
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
