"""``--limit``: which objects and targets a plan may touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live


@dataclass(frozen=True, slots=True)
class Selection:
    """``names`` are full names; ``unknown`` and ``ambiguous`` (with its choices) are wrong use, exit 2."""

    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: dict[str, tuple[str, ...]] | None = None


def select(words: Iterable[str], desired: Desired, live: Live) -> Selection:
    """Turn the words of ``--limit`` or ``--confirm-delete`` into full names such as ``target:app``."""
    full = {item.name for item in desired.objects} | set(live.objects)
    full |= {f"target:{item.name}" for item in desired.targets} | {f"target:{name}" for name in live.targets}
    full |= {f"target:{name}" for name in live.undeclared}
    names: list[str] = []
    unknown: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    for word in words:
        found = [word] if word in full else sorted(name for name in full if name.partition(":")[2] == word)
        if not found:
            unknown.append(word)
        elif len(found) > 1:
            ambiguous[word] = tuple(found)
        else:
            names.append(found[0])
    return Selection(tuple(dict.fromkeys(names)), tuple(unknown), ambiguous or None)


def covers(flags: Flags, name: str) -> bool:
    """Return whether an object may be touched."""
    return flags.limit is None or name in flags.limit


def covers_target(flags: Flags, name: str, source: str | None) -> bool:
    """Return whether a target may be touched: it is named, or the configuration that it shows is."""
    return flags.limit is None or f"target:{name}" in flags.limit or (source is not None and source in flags.limit)
