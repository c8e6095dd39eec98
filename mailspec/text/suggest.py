"""Did you mean: the candidate that a mistyped word is nearest to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

# Nobody mistypes a longer word by a letter or two, and the distance costs its square.
_LONGEST = 80


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the nearest candidate by edit distance (swapped neighbours count one), case ignored; None if far."""
    return _nearest(word, tuple(candidates)) if len(word) <= _LONGEST else None


def one_edit_apart(word: str, other: str) -> bool:
    """Tell whether one letter more, less, other or swapped makes one word the other; case ignored."""
    one, two = word.casefold(), other.casefold()
    return one != two and abs(len(one) - len(two)) <= 1 and len(one) <= _LONGEST and _distance(one, two, 2) == 1


# Who mistypes a word does so in many files.
@lru_cache(maxsize=1024)
def _nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    low = word.casefold()
    if len(low) > _LONGEST:
        return None
    best, nearest = None, max(1, min(3, len(low) // 3)) + 1
    for candidate in candidates:
        other = candidate.casefold()
        if abs(len(low) - len(other)) < nearest:
            distance = _distance(low, other, nearest)
            if distance < nearest:
                best, nearest = candidate, distance
    return best


def _distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance; ``limit`` or more as soon as it cannot be less."""
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit and min(before) >= limit:
            return limit
    return row[-1]
