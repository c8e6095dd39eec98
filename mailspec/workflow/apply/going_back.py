"""What an earlier entry would write that today's Spec does not: passwords in clear, and targets of another kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mailspec.files.opening import follow_links
from mailspec.model.kinds import TARGET_TYPES
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import TargetDesired, secret_reference
from mailspec.targets.registry import paths_of


def in_clear_again(earlier: Iterable[TargetDesired], today: Iterable[TargetDesired], root: Path) -> Refusal | None:
    """Return why an entry is refused that writes passwords as they are where the Spec seals them or leaves them out.

    Whoever may read a file without passwords, such as everybody who has the repository, would have them.
    """
    without = {path: target.name for target in today if _keeps_out(target) for path in _real_paths(target, root)}
    for target in earlier:
        if _keeps_out(target) or not any(secret_reference(value) is not None for value in target.keys.values()):
            continue
        place = next((path for path in _real_paths(target, root) if path in without), None)
        if place is not None:
            return Refusal(
                "rollback-in-clear",
                f"in that entry the target {target.name} writes passwords as they are to {place}, and today's target "
                f"{without[place]} keeps them out of that file",
                "go back to another entry (see: mailspec history), or first give today's target another path",
            )
    return None


def unlike(earlier: Iterable[TargetDesired], today: Iterable[TargetDesired]) -> list[TargetDesired]:
    """Return the earlier targets that today's Spec does not have in the same form."""
    known = {target.name: (target.type, target.path, target.keys, target.options) for target in today}
    return [
        target
        for target in earlier
        if known.get(target.name) != (target.type, target.path, target.keys, target.options)
    ]


def _keeps_out(target: TargetDesired) -> bool:
    kind = TARGET_TYPES.get(target.type)
    if kind is None:  # a package's own type says nothing of it
        return False
    asked = kind.passwords == "asked" and target.options.get("secrets") != "values"
    return asked or kind.passwords == "nobody" or bool(target.options.get("encrypt"))


def _real_paths(target: TargetDesired, root: Path) -> list[str]:
    return [follow_links(root / path) for path in paths_of(target)]
