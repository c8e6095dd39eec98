"""Sources become files: read, named, rehearsed, and written only when asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from mailspec.files.links import refuse_links
from mailspec.files.opening import MIB, Unread, read_file
from mailspec.files.writing import write_file
from mailspec.importing.found import Problem, Source
from mailspec.importing.sources import CODE, read_source
from mailspec.load.spec import Spec
from mailspec.model.kinds import TARGET_TYPES
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.resolve.activation import activation
from mailspec.workflow.apply.planning import plan
from mailspec.workflow.apply.prepare import prepare
from mailspec.workflow.importing.naming import Named, named
from mailspec.workflow.importing.places import USUAL, Place, check, put, reference_of
from mailspec.workflow.importing.rehearsal import rehearse
from mailspec.workflow.importing.texts import MAIN, file_text
from mailspec.workflow.policy.outside_limits import load_limits
from mailspec.workflow.project import (
    ApplyRefusedError,
    ProjectNotFoundError,
    UsageError,
    open_project,
    planned_project,
)
from mailspec.workflow.reference.starting import IGNORED, STARTER, ignore_state
from mailspec.workflow.workspace import Workspace


class Imported(NamedTuple):
    """What sources become. ``files`` are texts by path in the project; ``gone`` are starter files that they replace."""

    root: str
    files: Mapping[str, str]
    gone: tuple[str, ...]
    places: list[Place]
    configurations: tuple[str, ...]
    targets: tuple[str, ...]
    notes: tuple[str, ...]
    report: Report


def import_programs(
    words: Sequence[str], *, project: str | None = None, passwords: str = USUAL, whole: bool = True
) -> Imported:
    """Read programs' settings and make the files that they become. Nothing is written.

    ``passwords`` says where passwords are to be stored, as ``KIND:TEXT`` with ``{name}``. ``whole`` tells that the
    project may lack a main file, which is made too.

    Raises:
        UsageError: a source cannot be read or told, or ``passwords`` names no place.
        ApplyRefusedError: a source is code, and this run has limits.
    """
    check(passwords)
    _refuse_code(words)
    sources = [_read(word) for word in words]
    root, spec, there = _project(project, whole=whole)
    starters = tuple(name for name, text in STARTER.items() if there.get(name) == text.encode())
    # A starter that nobody touched is an example, and its policy knows only the example's addresses.
    gone = starters if set(starters) == set(STARTER) else ()
    taken = () if spec is None or gone else (*spec.configurations, *spec.targets)
    found = named(sources, taken)
    active = None if spec is not None and not gone and activation(spec).active else _first(found)
    base: dict[str, str] = (
        {} if "mailspec.yml" in there and not gone else {"mailspec.yml": MAIN.format(id=_identity(root))}
    )
    places, references = _places(found, passwords)
    notes = [f"{source.path}: {note}" for source in sources for note in source.notes]
    unknown = (target for target in found.targets if target.words["type"] not in TARGET_TYPES)
    dropped = {target.name: f"mailspec has no target that writes {target.words['type']}" for target in unknown}
    while True:
        files = base | _texts(found, sources, active, references, dropped, root)
        left = {target.name for target in found.targets} - dropped.keys()
        seen = rehearse(Workspace(planned_project(root, _raw(files), gone, ignored_soon=IGNORED)), places, left)
        dropped |= seen.changed
        if not seen.changed:
            break
    notes += [
        f"{target.words['path']}: no target was declared: {dropped[target.name]}"
        for target in found.targets
        if target.name in dropped
    ]
    notes += [f"{entry.name}: {note}" for entry in found.configurations for note in entry.found.notes]
    taken_over = tuple(target.name for target in found.targets if target.name not in dropped)
    names = tuple(entry.name for entry in found.configurations)
    return Imported(root, files, gone, places, names, taken_over, tuple(dict.fromkeys(notes)), seen.report)


def _refuse_code(words: Sequence[str]) -> None:
    """Refuse what runs the code of a file where limits hold: a change may have brought it, and no limit names it."""
    code = next((word for word in words if word.partition(":")[0] == CODE), None)
    limits = None if code is None else load_limits(None)
    if isinstance(limits, Refusal):
        raise ApplyRefusedError(limits)
    if limits is not None and limits.file:
        message = f"{code} is code that an import runs, and the limits of {limits.file} hold here"
        raise ApplyRefusedError(Refusal("limits-import", message, "import it on a machine without limits"))


def _read(word: str) -> Source:
    found = read_source(word)
    if isinstance(found, Problem):
        raise UsageError(f"{found.message}. {found.help[:1].upper()}{found.help[1:]}.")
    return found


def _project(project: str | None, *, whole: bool) -> tuple[str, Spec | None, dict[str, bytes]]:
    """Return the project's folder, its Spec and the files that it is made of."""
    try:
        opened = open_project(project or ".", project)
    except ProjectNotFoundError:
        if not whole:
            raise
        return os.path.abspath(project or "."), None, {}
    files = {}
    for name in opened.loaded.read:
        path = os.path.abspath(name)
        content = read_file(path, 16 * MIB)
        if isinstance(content, Unread):
            raise UsageError(f"{name} cannot be read: {content.reason}.")
        files[os.path.relpath(path, opened.root).replace(os.sep, "/")] = content.raw
    return opened.root, opened.spec(None), files


def _identity(root: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", os.path.basename(root).lower()).strip("-") or "mail"


def _first(found: Named) -> str | None:
    return next((entry.name for entry in found.configurations if not entry.found.off), None)


def _places(found: Named, pattern: str) -> tuple[list[Place], dict[str, Mapping[str, Any]]]:
    places: list[Place] = []
    references: dict[str, Mapping[str, Any]] = {}
    for entry in found.configurations:
        if entry.found.reference is not None:
            references[entry.name] = entry.found.reference
        elif entry.found.password is not None:
            references[entry.name] = reference_of(pattern, entry.name)
            places.append(Place(references[entry.name], entry.found.password, entry.name))
    return places, references


def _texts(
    found: Named,
    sources: Sequence[Source],
    active: str | None,
    references: Mapping[str, Mapping[str, Any]],
    dropped: Mapping[str, str],
    root: str,
) -> dict[str, str]:
    words = dict.fromkeys((*(entry.file for entry in found.configurations), *(entry.file for entry in found.targets)))
    files: dict[str, str] = {}
    for word in words:
        configurations = [
            (entry, "active" if entry.name == active else "inactive", references.get(entry.name))
            for entry in found.configurations
            if entry.file == word
        ]
        targets = [
            (target, _path(str(target.words["path"]), root))
            for target in found.targets
            if target.file == word and target.name not in dropped
        ]
        if configurations or targets:
            notes = [note for entry, _, _ in configurations for note in entry.found.notes]
            files[f"configurations/{word}.yml"] = file_text(_source(word, sources), notes, configurations, targets)
    return files


def _source(word: str, sources: Sequence[Source]) -> str:
    kind, _, number = word.rpartition("-") if word[-1:].isdigit() else (word, "", "1")
    of_kind = [source.path for source in sources if source.kind == kind]
    return of_kind[int(number) - 1] if len(of_kind) >= int(number) else word


def _path(path: str, root: str) -> str:
    """Return a target's path as it stands in a file of ``configurations``: relative where it is in the project."""
    inside = os.path.relpath(path, root)
    return path if inside.startswith("..") else f"../{inside}"


def _raw(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode("utf-8", "backslashreplace") for name, text in files.items()}


def write(made: Imported) -> list[str]:
    """Store the passwords, then write the files; return what was written, relative to the project.

    Raises:
        ApplyRefusedError, StateError: the project would be refused, so that nothing is written.
        UsageError: a password cannot be stored, or a file cannot be written; no file refers to a missing password.
    """
    plan(prepare(Workspace(planned_project(made.root, _raw(made.files), made.gone, ignored_soon=IGNORED))))
    for name in made.files:
        if os.path.lexists(os.path.join(made.root, name)) and name not in made.gone:
            raise UsageError(f"{name} exists; move it away, or import into another project.")
    written: list[str] = []
    try:
        for name in ("configurations", ".gitignore", *made.files, *made.gone):
            refuse_links(os.path.join(made.root, name), made.root)
        os.makedirs(os.path.join(made.root, "configurations"), exist_ok=True)
        ignore_state(os.path.join(made.root, ".gitignore"))
        wrong = put(made.places, made.root)
        if wrong:
            raise UsageError(f"No file was written: {'; '.join(wrong)}.")
        for name in made.gone:
            os.unlink(os.path.join(made.root, name))
        for name, raw in _raw(made.files).items():
            written.append(name)
            write_file(os.path.join(made.root, name), raw)
    except OSError as error:
        _take_back(made, written)
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.") from error
    return list(made.files)


def _take_back(made: Imported, written: Sequence[str]) -> None:
    """Leave no half of the files behind, and the starter's as they were; passwords stay where they were stored."""
    for name in written:
        with suppress(OSError):
            os.unlink(os.path.join(made.root, name))
    for name in made.gone:
        with suppress(OSError):
            write_file(os.path.join(made.root, name), STARTER[name].encode())
