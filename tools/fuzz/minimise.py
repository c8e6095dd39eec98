"""Makes a failing input small while it still fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable

from tools.fuzz.case import Case

SECONDS = 20.0
Check = Callable[[Case], str | None]


def kind(problem: str) -> str:
    """Reduce a problem to what must stay the same: its first line without numbers."""
    first = problem.splitlines()[0]
    return "".join("N" if letter.isdigit() else letter for letter in first)[:100]


def minimise(case: Case, problem: str, check: Check, seconds: float = SECONDS) -> Case:
    """Remove lines, then bytes, as long as the same kind of problem remains and time is left."""
    wanted = kind(problem)
    limit = time.monotonic() + seconds

    def still(content: bytes) -> bool:
        found = check(case.replace(content))
        return found is not None and kind(found) == wanted

    lines = _shrink(case.content.splitlines(keepends=True), still, limit)
    letters = [bytes((value,)) for value in b"".join(lines)]
    return case.replace(b"".join(_shrink(letters, still, limit)))


def _shrink(parts: list[bytes], still: Callable[[bytes], bool], limit: float) -> list[bytes]:
    """Delta debugging: take ever smaller runs away."""
    size = max(1, len(parts) // 2)
    while size:
        at, removed = 0, False
        while at < len(parts):
            if time.monotonic() > limit:
                return parts
            rest = parts[:at] + parts[at + size :]
            if still(b"".join(rest)):
                parts, removed = rest, True
            else:
                at += size
        size = size if removed and size == 1 else size // 2
    return parts
