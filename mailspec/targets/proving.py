"""A program's own test of what it was given, where its type has one and the target asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import TargetProblem, WrittenValue
from mailspec.targets.registry import find


def proof_of(
    target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]
) -> str | TargetProblem | None:
    """Return what the program's own test has proven or why not; ``None`` where nobody asks for it."""
    if not target.prove:
        return None
    kind = find(target.type)
    return kind if isinstance(kind, TargetProblem) else kind.prove(target, root, values)
