"""The targets of a proposed Spec that its base revision has as they are."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.workflow.accounts.plain_settings import from_project
from mailspec.workflow.project import Project


def standing_targets(before: Project, now: Project, spec: Spec) -> Iterator[str]:
    """Yield the targets of one of the project's Specs that the base has in the same words, template included."""
    earlier = before.loaded.environments.get(spec.environment or "", before.loaded.base)
    for name, item in spec.targets.items():
        other = earlier.targets.get(name)
        if other is None or other.data != item.data:
            continue
        paths = [_template(other, earlier), _template(item, spec)]
        if paths[0] != paths[1] or not _same(before, now, paths[1]):
            continue
        yield name


def _template(item: Item, spec: Spec) -> str | None:
    declared = item.get("template")
    return None if declared is None else from_project(item, ("template",), str(declared), spec)


def _same(before: Project, now: Project, path: str | None) -> bool:
    if path is None:
        return True
    one, other = (side.source.several([path])[path].raw for side in (before, now))
    return one is not None and one == other
