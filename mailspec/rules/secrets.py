"""MS302 to MS306: references to secrets. What reading them gave is handed in; nothing here sees a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, Path
from mailspec.model.fields import SECRET_WORDS
from mailspec.model.kinds import SECRETS
from mailspec.outcome.finding import Finding, Related
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item

# What these name is looked for from the folder of the file that names it.
_FROM_FOLDER = frozenset(kind.word for kind in SECRETS.values() if kind.path)


def references(item: Item) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each reference that an item holds, with its path."""
    pending: list[tuple[Path, Any]] = [((), item.data)]
    while pending:
        path, value = pending.pop()
        if not isinstance(value, dict):
            continue
        for key, inner in value.items():
            if key in SECRET_WORDS and isinstance(inner, dict):
                yield (*path, key), inner
            elif isinstance(inner, dict):
                pending.append(((*path, key), inner))


def reference_key(item: Item, path: Path) -> tuple[str, str]:
    """Return what identifies a reference among the facts: where it is declared and its path there."""
    document, inner = item.source(path)
    return document.name, "/".join(map(str, inner))


def read(context: Context) -> Iterator[Finding]:
    """Report what is known of the references: what Git has of their files, and what ``--with-secrets`` has read."""
    if not context.secret_facts:
        return
    spec = context.spec
    sections = (
        ("configuration", spec.configurations),
        ("group", spec.groups),
        ("user", spec.users),
        ("target", spec.targets),
    )
    for kind, items in (*sections, ("", {"general": spec.general})):
        for name, item in items.items():
            object_ = f"{kind}:{item.get('email') or name}" if kind else None
            for path, _reference in references(item):
                # The same reference may be met for several people; each thing is told once.
                for fact in dict.fromkeys(context.secret_facts.get(reference_key(item, path), ())):
                    yield at_item(
                        fact.code, item, path, fact.message, object=object_, help=fact.help, severity=fact.severity
                    )


def shared(context: Context) -> Iterator[Finding]:
    """Several people with one secret: nobody can tell who sent what, and one leak is everybody's."""
    spec = context.spec
    path: Path = ("account", "password")
    # Hardly any two references say the same word, and where they do not nothing more need be asked.
    by_word: dict[str, Item] = {}
    first: dict[object, Item] = {}
    for item in spec.users.values():
        account = item.data.get("account")
        reference = account.get("password") if account else None
        if not isinstance(reference, dict):
            continue
        word = _word(reference, item)
        alike = by_word.setdefault(word, item)
        if alike is item:
            continue
        first.setdefault(_identity(alike, path), alike)
        earlier = first.setdefault(_identity(item, path), item)
        if earlier is not item:
            yield at_item(
                "MS304",
                item,
                path,
                f"{item.get('email')} and {earlier.get('email')} share one secret.",
                object=f"user:{item.get('email')}",
                related=(Related(earlier.locate(path), "the same secret"),),
                help=_PATTERN,
            )
    for name, group in spec.groups.items():
        # Where the group signs in to one mailbox, its members have one secret by nature.
        if len(group.get("members") or ()) > 1 and group.get("account", "username") is None:
            yield from _for_all(group, path, f"the members of '{name}'", f"group:{name}")
    if len(spec.users) != 1:
        yield from _for_all(spec.general, ("users", *path), "everyone", None)


_PATTERN = "Give each person a secret of their own; a pattern such as {keyring: acme/{email}} serves everyone."


def _word(reference: dict[str, Any], person: Item) -> str:
    """Return what a reference says, with the person filled in."""
    if len(reference) == 1:
        (value,) = reference.values()
        if isinstance(value, str):
            return _filled(value, person) if "{" in value else value
    return _filled(json.dumps(reference, sort_keys=True), person)


def _identity(person: Item, path: Path) -> object:
    """Return what tells two secrets apart: the reference with the person filled in; files count from their folder."""
    reference = person.get(*path)
    folder = ""
    if not _FROM_FOLDER.isdisjoint(reference):
        folder = person.source(path)[0].name.rpartition("/")[0]
    kinds = [(kind, isinstance(value, str)) for kind, value in sorted(reference.items())]
    return folder, tuple(kinds), _word(reference, person)


def _filled(text: str, person: Item) -> str:
    return text.replace("{email}", str(person.get("email")).lower())


def _for_all(item: Item, path: Path, who: str, object_: str | None) -> Iterator[Finding]:
    reference = item.get(*path)
    if isinstance(reference, dict) and "{email}" not in json.dumps(reference):
        yield at_item("MS304", item, path, f"One secret serves {who}.", object=object_, help=_PATTERN)


CHECKS = (Check(("MS203", "MS205", "MS302", "MS303", "MS305", "MS306"), read), Check(("MS304",), shared))
