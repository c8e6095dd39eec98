"""MS302 to MS304: references to secrets. What reading them gave is handed in; nothing here sees a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, Path
from mailspec.outcome.finding import Finding, Related
from mailspec.rules.base import Check, Context, at_item

# Below these keys a reference to a secret stands.
_WORDS = frozenset({"password", "client_secret", "client_key"})


def references(item: Item) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each reference that an item holds, with its path."""
    pending: list[tuple[Path, Any]] = [((), item.data)]
    while pending:
        path, value = pending.pop()
        if not isinstance(value, dict):
            continue
        for key, inner in value.items():
            if key in _WORDS and isinstance(inner, dict):
                yield (*path, key), inner
            elif isinstance(inner, dict):
                pending.append(((*path, key), inner))


def reference_key(item: Item, path: Path) -> tuple[str, str]:
    """Return what identifies a reference among the facts: where it is declared and its path there."""
    document, inner = item.source(path)
    return document.name, "/".join(map(str, inner))


def read(context: Context) -> Iterator[Finding]:
    """Report what reading the references gave (``--with-secrets``)."""
    if not context.secret_facts:
        return
    spec = context.spec
    for items in (spec.configurations, spec.groups, spec.users, {"general": spec.general}):
        for item in items.values():
            for path, _reference in references(item):
                for fact in context.secret_facts.get(reference_key(item, path), ()):
                    yield at_item(fact.code, item, path, fact.message, help=fact.help, severity=fact.severity)


def shared(context: Context) -> Iterator[Finding]:
    """Several people with one secret: nobody can tell who sent what, and one leak is everybody's."""
    spec = context.spec
    first: dict[str, tuple[Item, Path]] = {}
    for item in spec.users.values():
        reference = item.get("account", "password")
        if not isinstance(reference, dict):
            continue
        path: Path = ("account", "password")
        document = item.source(path)[0]
        base = document.name.rpartition("/")[0] if "file" in reference or "age" in reference else ""
        key = json.dumps([base, reference], sort_keys=True)
        earlier = first.setdefault(key, (item, path))
        if earlier[0] is not item:
            yield at_item(
                "MS304",
                item,
                path,
                f"{item.get('email')} and {earlier[0].get('email')} share one secret.",
                object=f"user:{item.get('email')}",
                related=(Related(earlier[0].locate(earlier[1]), "the same secret"),),
                help="Give each person a secret of their own; a pattern such as {keyring: acme/{email}} serves everyone.",
            )
    for item, path, who in (
        *((group, ("account", "password"), f"the members of '{name}'") for name, group in spec.groups.items()),
        (spec.general, ("users", "account", "password"), "all people"),
    ):
        reference = item.get(*path)
        if isinstance(reference, dict) and "{email}" not in json.dumps(reference):
            members = item.get("members")
            if members is None or len(members) > 1:
                yield at_item(
                    "MS304",
                    item,
                    path,
                    f"One secret serves {who}.",
                    help="Use a pattern with {email}, such as {keyring: acme/{email}}.",
                )


CHECKS = (Check(("MS203", "MS302", "MS303"), read), Check(("MS304",), shared))
