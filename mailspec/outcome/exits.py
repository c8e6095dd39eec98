"""Exit codes, fixed for pipelines. See docs/reference/exit-codes.md."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code means."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INTERNAL = 3
    NO_SPEC = 4
    REFUSED = 5
    ROLLED_BACK = 6
    PENDING = 7
    PARTIAL = 8
    INTERRUPTED = 130
    TERMINATED = 143


_RANK = (Exit.PARTIAL, Exit.ROLLED_BACK, Exit.REFUSED, Exit.INTERNAL, Exit.FINDINGS)


def worst(codes: Iterable[int]) -> Exit:
    """Return the code that wins where several hold: 8, 6, 5, 3, 1, then the others as they come."""
    entry = [Exit(code) for code in codes]
    for code in _RANK:
        if code in entry:
            return code
    return max(entry, default=Exit.CLEAN)
