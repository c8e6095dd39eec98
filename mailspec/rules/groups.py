"""MS005 for groups: two groups of one person must not give the same word two values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, Path, leaves
from mailspec.model.fields import SECRET_WORDS
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, placed_related

_ABOUT_ITSELF = frozenset({"name", "members", "renamed_from"})


def check(context: Context) -> Iterator[Finding]:
    """Compare the groups of each person: a word that one has given must not be given otherwise by a later one."""
    reported: set[tuple[str, str, Path]] = set()
    compared: set[tuple[str, ...]] = set()
    words: dict[str, list[Path]] = {}
    for identity, groups in context.resolver.groups_of.items():
        names = tuple(dict.fromkeys(groups))
        if len(names) < 2 or identity not in context.spec.users or names in compared:
            continue
        compared.add(names)
        given: dict[Path, str] = {}
        for name in names:
            group = context.spec.groups[name]
            if name not in words:
                words[name] = list(_words(group))
            for path in words[name]:
                first = given.setdefault(path, name)
                if context.spec.groups[first].get(*path) != group.get(*path) and (first, name, path) not in reported:
                    reported.add((first, name, path))
                    yield _conflict(context, first, name, path, str(context.spec.users[identity].get("email")))


def _conflict(context: Context, first: str, second: str, path: Path, member: str) -> Finding:
    one, other = context.spec.groups[first], context.spec.groups[second]
    return at_item(
        "MS005",
        other,
        path,
        f"The groups '{first}' and '{second}' give '{'.'.join(map(str, path))}' two values, and {member} is in both.",
        object=f"group:{second}",
        related=(placed_related(one, path, "the other value"),),
        help="Give one value in both, take the person out of one group, or give the person an own value "
        "and the groups none.",
    )


def _words(group: Item) -> Iterator[Path]:
    seen: set[Path] = set()
    own: dict[str, Any] = {key: value for key, value in group.data.items() if key not in _ABOUT_ITSELF}
    # A group that says nothing has no word, where an empty map would be one.
    for leaf in leaves(own) if own else ():
        # A list and a reference to a secret are one value each.
        cut = next((i for i, step in enumerate(leaf) if isinstance(step, int)), len(leaf))
        path = leaf[:cut]
        secret = next((i for i, step in enumerate(path) if step in SECRET_WORDS), None)
        if secret is not None:
            path = path[: secret + 1]
        if path not in seen:
            seen.add(path)
            yield path


CHECKS = (Check(("MS005",), check),)
