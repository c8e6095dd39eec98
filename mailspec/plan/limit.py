"""``--limit``: which objects and targets a plan may touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import Desired
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live
from mailspec.text import suggest

_FEW = 5


@dataclass(frozen=True, slots=True)
class Selection:
    """``names`` are full names; ``unknown`` and ``ambiguous`` (with its choices) are wrong use, exit 2.

    ``known`` is all that could have been named.
    """

    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: dict[str, tuple[str, ...]] | None = None
    known: tuple[str, ...] = ()

    def instead(self, word: str) -> str:
        """Say what an unknown word may have meant, and what there is."""
        names = {name: full for full in self.known for name in (full, full.partition(":")[2])}
        nearest = suggest(word, names)
        meant = f"Did you mean {names[nearest]}? " if nearest else ""
        some = shorten_list(self.known, _FEW)
        return f"{meant}There {'are' if len(self.known) > 1 else 'is'} {some or 'nothing'}."


def select(words: Iterable[str], desired: Desired, live: Live) -> Selection:
    """Turn the words of ``--limit`` or ``--confirm-delete`` into full names such as ``target:app``.

    A target may also be named as a plan shows it: ``env_file:app.env``.
    """
    full = {item.name for item in desired.objects} | set(live.objects)
    full |= {f"target:{item.name}" for item in desired.targets} | {f"target:{name}" for name in live.targets}
    full |= {f"target:{name}" for name in live.undeclared}
    shown = {f"{item.type}:{item.path}": [f"target:{item.name}"] for item in desired.targets}
    names: list[str] = []
    unknown: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    for word in words:
        found = [word] if word in full else sorted(name for name in full if name.partition(":")[2] == word)
        found = found or shown.get(word, [])
        if not found:
            unknown.append(word)
        elif len(found) > 1:
            ambiguous[word] = tuple(found)
        else:
            names.append(found[0])
    return Selection(tuple(dict.fromkeys(names)), tuple(unknown), ambiguous or None, tuple(sorted(full)))


def covers(flags: Flags, name: str) -> bool:
    """Return whether an object may be touched."""
    return flags.limit is None or name in flags.limit


def covers_target(flags: Flags, name: str, source: str | None) -> bool:
    """Return whether a target may be touched: it is named, or the configuration that it shows is."""
    return flags.limit is None or f"target:{name}" in flags.limit or (source is not None and source in flags.limit)
