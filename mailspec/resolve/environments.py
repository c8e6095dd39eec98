"""All of a project's environments together: what production is, what it signs in as, who writes which file first."""

from __future__ import annotations

import posixpath
from functools import cached_property, lru_cache
from typing import NamedTuple

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.resolve.in_use import AccountKey, accounts_in_use
from mailspec.resolve.resolver import Resolver


class Writer(NamedTuple):
    """A target that writes a file. ``order`` counts production's environments first, then the others as declared."""

    order: int
    resolver: Resolver
    item: Item


class Environments(dict[str | None, Resolver]):
    """The base (``None``) and all environments."""

    @cached_property
    def production(self) -> list[Resolver]:
        """Each environment of that kind; where there is none, the base."""
        return [entry for entry in self.values() if entry.spec.kind == "production"] or [
            entry for name, entry in self.items() if name is None
        ]

    @cached_property
    def accounts_of_production(self) -> tuple[dict[AccountKey, str], dict[AccountKey, str]]:
        """What production signs in as, each with what uses it: configurations' accounts, and people's."""
        own: dict[AccountKey, str] = {}
        people: dict[AccountKey, str] = {}
        for resolver in self.production:
            users = resolver.spec.users
            for account in accounts_in_use(resolver):
                found = people if account.people else own
                for identity, keys in account.logins():
                    for key in keys:
                        if key not in found:
                            why = users[identity].data["email"] if account.people else account.why
                            found[key] = f"{why} in {title(resolver)}"
        return own, people

    @cached_property
    def _order(self) -> dict[str | None, int]:
        production = [resolver.spec.environment for resolver in self.production]
        return {name: at for at, name in enumerate(dict.fromkeys([*production, *filter(None, self)]))}

    @cached_property
    def _writers(self) -> dict[str, dict[str | None, Writer]]:
        """The first writer of each file, for each machine that a target names (``None``: any)."""
        found: dict[str, dict[str | None, Writer]] = {}
        for name, at in self._order.items():
            resolver = self[name]
            for item in resolver.spec.targets.values():
                writers = found.setdefault(place_of_target(resolver.spec, item), {})
                writers.setdefault(item.get("machine"), Writer(at, resolver, item))
        return found

    def earlier_writer(self, spec: Spec, item: Item) -> Writer | None:
        """Return the first environment before this one that writes a target's file on the same machine."""
        writers = self._writers.get(place_of_target(spec, item), {})
        machine = item.get("machine")
        same = writers.values() if machine is None else [writers[key] for key in (None, machine) if key in writers]
        first = min(same, default=None, key=lambda writer: writer.order)
        return first if first is not None and first.order < self._order.get(spec.environment, 0) else None


def title(resolver: Resolver) -> str:
    """Return an environment's name in a sentence."""
    return resolver.spec.environment or "the base"


def path_of_target(spec: Spec, item: Item) -> str | None:
    """Return the path that a target names, from the project's folder on; ``None`` where it has its type's own."""
    text = item.get("path")
    if not isinstance(text, str):
        return None
    return posixpath.join(spec.root, posixpath.dirname(spec.inside(item.source(("path",))[0].name)), text)


def place_of_target(spec: Spec, item: Item) -> str:
    """Return the file that a target writes, absolute, as it is written; its type where it has the type's own path."""
    path = path_of_target(spec, item)
    return f"{item.get('type')}:" if path is None else _plain(path)


@lru_cache(maxsize=4096)  # each environment asks it of each of the base's targets
def _plain(path: str) -> str:
    return posixpath.normpath(path)
