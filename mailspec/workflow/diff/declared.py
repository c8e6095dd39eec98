"""Changes of what is declared and no account has: who sends a mailing, features, kinds of mail, delivery."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path, leaves
from mailspec.load.spec import KIND_OF, Spec
from mailspec.outcome.difference import Consequence
from mailspec.outcome.plan import FieldChange
from mailspec.workflow.diff.sides import Side

# Sections of items that nothing is resolved from; of the others, the words that no effective setting shows.
_WHOLE = ("features", "email_types")
_WORDS: dict[str, tuple[str, ...]] = {
    "mailings": ("senders", "type"),
    "users": ("outlook",),
}
_MAPS = ("instance", "delivery", "deliverability")
# policy_change tells of it: another id is another state.
_ELSEWHERE = {("instance", "id"), ("instance", "name")}


def declared_effects(before: Side, after: Side) -> Iterator[Consequence]:
    """Return what changes in these sections, an effect an item."""
    for section in _WHOLE:
        yield from _items(section, before.spec, after.spec)
    for section, words in _WORDS.items():
        kind = KIND_OF[section]
        for name, item in after.spec.lists[section].items():
            former = str(item.get("renamed_from") or "")
            known = before.spec.lists[section]
            earlier = known.get(name) or known.get(former.lower() if kind == "user" else former)
            if earlier is not None:
                shown = f"{kind}:{item.get('email') or name}"
                yield from _effect(shown.lower() if kind == "user" else shown, earlier, item, words)
    for section in _MAPS:
        yield from _effect(section, before.spec.maps[section], after.spec.maps[section], None, section)


def _items(section: str, before: Spec, after: Spec) -> Iterator[Consequence]:
    kind, old, new = KIND_OF[section], before.lists[section], after.lists[section]
    gone = tuple(f"{kind}:{name}" for name in old if name not in new)
    if gone:
        yield Consequence("deleted", gone)
    for name, item in new.items():
        if name in old:
            yield from _effect(f"{kind}:{name}", old[name], item, None)
    added = [name for name in new if name not in old]
    if added:
        yield Consequence("created", tuple(f"{kind}:{name}" for name in added), cause=new[added[0]].locate(("name",)))


def _effect(
    name: str, before: Item, after: Item, words: tuple[str, ...] | None, section: str = ""
) -> Iterator[Consequence]:
    paths = [
        path for path in dict.fromkeys([*_paths(before), *_paths(after)]) if words is None or str(path[0]) in words
    ]
    fields = []
    for path in paths:
        old, new = before.get(*path), after.get(*path)
        if old != new and (section, *path[:1]) not in _ELSEWHERE:
            fields.append((path, FieldChange(".".join(map(str, path)), old, new)))
    if fields:
        there = next((path for path, change in fields if change.after is not None), None)
        cause = None if there is None else after.locate(there)
        yield Consequence("changed", (name,), tuple(change for _, change in fields), cause=cause)


def _paths(item: Item) -> list[Path]:
    """Return the paths of the leaves, a list counting as one."""
    found: dict[Path, None] = {}
    for path in leaves(item.data):
        cut = next((number for number, step in enumerate(path) if isinstance(step, int)), len(path))
        if path and not str(path[0]).startswith("x-"):
            found[path[:cut]] = None
    return list(found)
