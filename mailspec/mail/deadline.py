"""A point in time up to which a stage may last. A server that drips its answer cannot move it."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """``seconds`` from now on."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds that are left. Raises TimeoutError when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left if at_most is None else min(left, at_most)
