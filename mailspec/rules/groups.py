"""MS005 for groups: two groups of one person must not give the same word two values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from mailspec.load.item import Item, Path, leaves
from mailspec.model.fields import SECRET_WORDS
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, placed_related

_ABOUT_ITSELF = frozenset({"name", "members", "renamed_from"})


def check(context: Context) -> Iterator[Finding]:
    """Compare each pair of groups that share a member, once."""
    told: set[tuple[str, str]] = set()
    for identity, groups in context.resolver.groups_of.items():
        if len(groups) < 2 or identity not in context.spec.users:
            continue
        for first, second in combinations(dict.fromkeys(groups), 2):
            if (first, second) not in told:
                told.add((first, second))
                yield from _conflicts(context, first, second, str(context.spec.users[identity].get("email")))


def _conflicts(context: Context, first: str, second: str, member: str) -> Iterator[Finding]:
    one, other = context.spec.groups[first], context.spec.groups[second]
    for path in _words(other):
        mine, theirs = one.get(*path), other.get(*path)
        if mine is not None and mine != theirs:
            yield at_item(
                "MS005",
                other,
                path,
                f"The groups '{first}' and '{second}' give '{'.'.join(map(str, path))}' two values, "
                f"and {member} is in both.",
                object=f"group:{second}",
                related=(placed_related(one, path, "the other value"),),
                help="Give one value in both, take the person out of one group, or give the person an own value "
                "and the groups none.",
            )


def _words(group: Item) -> Iterator[Path]:
    seen: set[Path] = set()
    own: dict[str, Any] = {key: value for key, value in group.data.items() if key not in _ABOUT_ITSELF}
    for leaf in leaves(own):
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
