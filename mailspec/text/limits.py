"""What one file may cost. The figures are part of the language (SPEC.md, its opening)."""

from __future__ import annotations


class Limits:
    """The most that is read: bytes of a file, collections inside each other, nodes after aliases are followed."""

    __slots__ = ("depth", "nodes", "size")

    def __init__(self, *, size: int = 10 * 1024 * 1024, depth: int = 64, nodes: int = 1_000_000) -> None:
        self.size = size
        self.depth = depth
        self.nodes = nodes


LIMITS = Limits()
