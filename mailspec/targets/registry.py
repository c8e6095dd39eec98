"""Every type of target by its word in the Spec.

Those of third parties are loaded only when the Spec names them.
"""

from __future__ import annotations

from mailspec.targets.base import TargetProblem, TargetType
from mailspec.targets.env_file import EnvFile

TARGETS: dict[str, TargetType] = {"env_file": EnvFile()}

ENTRY_POINTS = "mailspec.targets"


def find(word: str) -> TargetType | TargetProblem:
    """Return the type of that word, from here or from an installed package's entry point."""
    if word in TARGETS:
        return TARGETS[word]
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS, name=word):
        try:
            found: TargetType = entry.load()()
        except Exception as error:  # whatever a third party's module does, it is not ours to crash
            return TargetProblem(f"the target type '{word}' cannot be loaded: {type(error).__name__}")
        return found
    return TargetProblem(f"there is no target type '{word}'", f"the types are: {', '.join(TARGETS)}")
