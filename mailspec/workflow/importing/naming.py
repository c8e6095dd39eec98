"""Accounts of several sources under names of their own; what is the same account is one configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mailspec.importing.found import Found, Source
from mailspec.outcome.secret import Secret


class Configuration(NamedTuple):
    """One configuration to declare. ``file`` is the source's word, which names the file it stands in."""

    name: str
    found: Found
    file: str


class Target(NamedTuple):
    """A target that could write a source's file, and the configuration that it would write."""

    name: str
    words: Mapping[str, Any]
    configuration: str
    file: str


class Named(NamedTuple):
    """What several sources become."""

    configurations: list[Configuration]
    targets: list[Target]


def named(sources: Iterable[Source], taken: Iterable[str]) -> Named:
    """Give each account and each target a name that nothing has yet."""
    configurations: list[Configuration] = []
    targets: list[Target] = []
    names, files = set(taken), set[str]()
    for source in sources:
        file = _free(source.kind, files)
        files.add(file)
        default = None
        for found in source.accounts:
            same = next((entry for entry in configurations if _is_same(entry.found, found)), None)
            if same is None:
                name = _free(_name(source, found, file), names)
                names.add(name)
                same = Configuration(name, found, file)
                configurations.append(same)
            default = default or same.name
        if source.target is not None and default is not None:
            targets.append(Target(file, source.target, default, file))
    return Named(configurations, targets)


def _name(source: Source, found: Found, file: str) -> str:
    # msmtp's accounts have names, which a target keeps.
    if source.kind == "msmtp" and found.hint:
        return found.hint
    return f"{file} {found.hint}".strip()


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while (f"{name}-{number}" if number > 1 else name) in taken:
        number += 1
    return f"{name}-{number}" if number > 1 else name


def _is_same(one: Found, other: Found) -> bool:
    if dict(one.data) != dict(other.data) or one.reference != other.reference or one.off != other.off:
        return False
    return (one.password or Secret("")) == (other.password or Secret(""))


def slug(name: str) -> str:
    """Return a name as part of a path, of a keyring's entry or of a variable's name.

    >>> slug("postfix billing@acme.example")
    'postfix-billing-acme.example'
    """
    return re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-.") or "imported"
