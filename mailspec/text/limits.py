"""What one file may cost. The figures are part of the language (SPEC.md, its opening)."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """The most that is read: octets of a file, collections inside each other, nodes after aliases are followed."""

    octets: int = 10 * 1024 * 1024
    depth: int = 64
    nodes: int = 1_000_000


LIMITS = Limits()
