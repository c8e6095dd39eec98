"""Every type of target by its word in the Spec.

Those of third parties are found by the entry point group ``mailspec.targets`` and loaded only when the Spec names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mailspec.model.kinds import TARGET_TYPES
from mailspec.plan.desired import TargetDesired
from mailspec.programs.capabilities import FEATURES, Capability, capabilities_of
from mailspec.schema.foreign import unusable
from mailspec.targets.base import Reach, TargetProblem, TargetType

ENTRY_POINTS = "mailspec.targets"
# Types of ours that were used in this process.
LOADED: dict[str, TargetType] = {}


def find(word: str) -> TargetType | TargetProblem:
    """Return the type of that word, from here or from an installed package's entry point."""
    if word in LOADED:
        return LOADED[word]
    if word in TARGET_TYPES:
        module, name = TARGET_TYPES[word].implementation.split(".")
        LOADED[word] = getattr(import_module(f"mailspec.targets.{module}"), name)()
        return LOADED[word]
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS, name=word):
        try:
            return _made(word, entry.load())
        except Exception as error:  # whatever a third party's module does, it is not ours to crash
            return TargetProblem(f"the target type '{word}' cannot be loaded: {type(error).__name__}")
    return TargetProblem(f"there is no target type '{word}'", f"the types are: {', '.join(words())}")


def _made(word: str, loaded: Any) -> TargetType | TargetProblem:
    """Return the type of a package's class, or what the class lacks."""
    front = f"the target type '{word}' of an installed package"
    if not (isinstance(loaded, type) and issubclass(loaded, TargetType)):
        return TargetProblem(f"{front} is no class that derives from {TargetType.__module__}.{TargetType.__name__}")
    lacking = sorted(loaded.__abstractmethods__)
    if lacking:
        return TargetProblem(f"{front} has no {', '.join(lacking)}")
    reason = unusable(loaded.schema)
    if reason is not None:
        return TargetProblem(f"{front} brings no JSON Schema: {reason}")
    return loaded()


def _known(target: TargetDesired) -> TargetType | None:
    """Return a target's type, ``None`` where it cannot be had: whoever reads or writes the target says why."""
    kind = find(target.type)
    return None if isinstance(kind, TargetProblem) else kind


def paths_of(target: TargetDesired) -> list[str]:
    """Return every file that a target writes, as declared: absolute or relative to the project."""
    kind = _known(target)
    found = None if kind is None else kind.parts(target)
    if found is None and reach_of(target) is not None:
        return []
    return [part.path for part in found.values()] if isinstance(found, Mapping) else [target.path]


def beside_of(target: TargetDesired, root: Path) -> list[str]:
    """Return the files of ours that stay beside a target's, by their real paths."""
    kind = _known(target)
    return [] if kind is None else kind.beside(target, root)


def reach_of(target: TargetDesired) -> Reach | None:
    """Return the address that a target asks and the references it reads itself, ``None`` where it asks nobody."""
    kind = _known(target)
    return None if kind is None else kind.reaches(target)


def usual_reload(target: TargetDesired) -> list[str]:
    """Return the reload that the target's type has by itself, none where it has none."""
    kind = _known(target)
    return [] if kind is None else kind.default_reload(target.path)


def proof_command(target: TargetDesired, root: Path) -> list[str]:
    """Return the command that proves a target's files where it asks for that, none where no command does."""
    kind = _known(target)
    return kind.proof_command(target, root) if target.prove and kind is not None else []


def is_usual_place(target: TargetDesired) -> bool:
    """Tell whether a target is what its type writes where nothing is said: no path that a change has chosen."""
    kind = _known(target)
    return kind is not None and kind.default_path == target.path


def installed() -> list[str]:
    """Return the words of the types that installed packages add."""
    from importlib.metadata import entry_points

    return sorted({entry.name for entry in entry_points(group=ENTRY_POINTS)} - TARGET_TYPES.keys())


def schema_of(word: str) -> Mapping[str, Any] | str:
    """Return the JSON Schema of an installed type's own words, or why the type cannot be used."""
    found = find(word)
    if isinstance(found, TargetProblem):
        return found.message
    return found.schema


def capabilities_of_type(word: str) -> tuple[Capability, ...]:
    """Return what an installed type says that its program keeps: its attribute ``capabilities``, as presets have it.

    Entries that are none are left out: what a package says wrongly is not for the user of the Spec to correct.
    """
    found = find(word)
    brought: object = () if isinstance(found, TargetProblem) else found.capabilities
    entries = [entry for entry in brought if isinstance(entry, Mapping)] if isinstance(brought, list | tuple) else []
    good = [entry for entry in entries if str(entry.get("value")) in FEATURES.get(str(entry.get("feature")), ())]
    return capabilities_of({"facts": good, "source": word})


def words() -> list[str]:
    """Return the words of all types: ours first."""
    return [*TARGET_TYPES, *installed()]
