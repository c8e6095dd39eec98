"""Targets that are one file or several, each of a format. Only our own keys change."""

from __future__ import annotations

import os
import stat
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mailspec.files.durable import identity
from mailspec.files.opening import Contents, read_file
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import TargetDesired
from mailspec.programs.presets import PRESETS
from mailspec.targets.base import (
    LARGEST,
    Format,
    Left,
    Part,
    TargetContents,
    TargetProblem,
    TargetType,
    Undone,
    WrittenValue,
    text_of,
)
from mailspec.targets.files import swap
from mailspec.targets.files.owner import OwnerFile, marked, owner_in
from mailspec.targets.files.place import Place, locate, unreadable, unusable
from mailspec.targets.formats.base import breaks_line, cannot_hold, edited, keys_in

_Value = TypeVar("_Value")


class FilesTarget(TargetType):
    """What every target that is made of files shares. A type says which files, and renders the keys.

    Keys of a target with several files start with the file's label: ``main.cf/relayhost``.
    """

    @abstractmethod
    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the files by label; a target of one file has the label ``""``."""

    def read(self, target: TargetDesired, root: Path) -> TargetContents | TargetProblem:
        """Return what the files hold, with the mode of the only file as octal digits."""
        # Both signs count: a change can declare another type, of a format with or without comments, for the same file.
        parts = self._all(target, every=True)
        if isinstance(parts, TargetProblem):
            return parts
        owner = ""
        values: dict[str, Secret | None] = {}
        mode: str | None = None
        readable: dict[str, str] = {}
        written: list[str] = []
        for label, part in parts.items():
            place = _place_of(part, root)
            problem = unusable(place, beside=isinstance(part.format, OwnerFile))
            content = problem or _content(place)
            if isinstance(content, TargetProblem):
                return content
            if content is None:
                continue
            if isinstance(part.format, OwnerFile):
                owner = owner or (part.format.parse(_decode(content.raw)).get("owner") or "")
                continue
            owner = owner or owner_in(_decode(content.raw))
            written.append(f"{content.status.st_mtime_ns}:{len(content.raw)}")
            mode = f"{content.mode:04o}" if not label else None
            if content.mode & stat.S_IROTH:
                readable[label] = f"{place.path} (mode {content.mode:04o})"
            found = keys_in(part.format, _decode(content.raw))
            if isinstance(found, TargetProblem):
                return replace(found, message=found.message.replace("it", str(place.path), 1))
            for key, value in found.items():
                values[_full(label, key)] = None if value is None else Secret(_whole(value))
        return TargetContents(
            bool(written),
            values,
            mode,
            owner=owner if written else "",
            written=" ".join(written) or None,
            readable=readable,
        )

    def _all(self, target: TargetDesired, *, every: bool = False) -> Mapping[str, Part] | TargetProblem:
        """Return the files with those beside them that say whose they are, or could."""
        parts = self.parts(target)
        if isinstance(parts, TargetProblem):
            return parts
        silent = {label: part for label, part in parts.items() if every or part.format.comment is None}
        return {
            **parts,
            **{f"{label}(owner)": Part(part.path, OwnerFile(), 0o644) for label, part in silent.items()},
        }

    def unwritable(self, target: TargetDesired) -> TargetProblem | None:
        """Return why a plain value would be refused when it is written."""
        parts = self.parts(target)
        if isinstance(parts, TargetProblem):
            return parts
        for label, part in parts.items():
            plain = {key: value for key, value in _of_part(label, target.keys) if isinstance(value, str)}
            problem = _refused(target, part.format, plain) or cannot_hold(plain, part.format.why_not)
            if problem is not None:
                return problem
        return None

    def beside(self, target: TargetDesired, root: Path) -> list[str]:
        """Return what an apply leaves for good beside the files: who owns them, and backups where they stay."""
        parts = self._all(target)
        if isinstance(parts, TargetProblem):
            return []
        owners = [part for part in parts.values() if isinstance(part.format, OwnerFile)]
        kept = [part for part in parts.values() if target.options.get("backup")]
        return [
            *(str(_place_of(part, root).path) for part in owners),
            *(str(_place_of(part, root).kept) for part in kept),
        ]

    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return the real paths of the files and whether their backups stay."""
        parts = self._all(target)
        found = {} if isinstance(parts, TargetProblem) else parts
        paths: list[Json] = [str(_place_of(part, root).path) for part in found.values()]
        backup = bool(target.options.get("backup"))
        return {"path": paths[0] if "" in found else target.path, "paths": paths, "backup": backup}

    def lock_folder(self, trace: Mapping[str, Json]) -> Path | None:
        """Return the folder of the first file, links followed."""
        places = _places(trace)
        return places[0].folder if places else None

    def left(self, trace: Mapping[str, Json]) -> Left | TargetProblem | None:
        """Return whose journal lies beside one of the files."""
        return next((found for place in _places(trace) if (found := swap.left(place)) is not None), None)

    def stage(
        self, target: TargetDesired, trace: Mapping[str, Json], values: Mapping[str, WrittenValue | None]
    ) -> TargetProblem | None:
        """Write the new content of each file beside it. Files that stay as they are get none."""
        parts = self._all(target)
        if isinstance(parts, TargetProblem):
            return parts
        placed = list(zip(parts.items(), _places(trace), strict=True))
        for (label, part), place in placed:
            if isinstance(part.format, OwnerFile):
                # It stands behind the files of which it speaks.
                changes = any(other.journal.exists() for _, other in placed)
                if not target.owner or not changes or not any(value is not None for value in values.values()):
                    continue
                problem = self._stage(target, part, place, {"owner": target.owner}, _apply_of(trace))
                if problem is not None:
                    return problem
                continue
            wanted = {key: None if value is None else text_of(value) for key, value in _of_part(label, values)}
            problem = self._stage(target, part, place, wanted, _apply_of(trace))
            if problem is not None:
                return problem
        return None

    def _stage(
        self,
        target: TargetDesired,
        part: Part,
        place: Place,
        wanted: Mapping[str, str | None],
        apply: tuple[str, str],
    ) -> TargetProblem | None:
        problem = _refused(target, part.format, wanted)
        if problem is not None:
            return problem
        old = identity(place.path)
        content = _content(place)
        if isinstance(content, TargetProblem):
            return content
        before = None if content is None else content.raw
        after = edited(part.format, _decode(before or b""), wanted)
        if isinstance(after, TargetProblem):
            return after
        comment = part.format.comment
        # A file that holds what is wanted stays as it is to the byte; a mark of another environment never does.
        if comment is not None and (after != _decode(before or b"") or owner_in(after, comment)):
            after = marked(after, comment, target.owner)
        mode = _mode(target, part, content)
        raw = _encode(after)
        same = raw == before and content is not None and content.mode == mode
        if same or (before is None and not after):
            return None
        return swap.stage(place, old, before, raw, mode, apply)

    def switch(self, trace: Mapping[str, Json]) -> TargetProblem | None:
        """Rename the new contents over the files, one after the other."""
        for place in _places(trace):
            if place.journal.exists():
                problem = swap.switch(place)
                if problem is not None:
                    return problem
        return None

    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]) -> list[str]:
        """Compare each key in memory, and the mode where one is declared."""
        entry = self.read(target, root)
        if isinstance(entry, TargetProblem) or (not entry.exists and any(values.values())):
            return list(values) or ["file"]
        wrong = []
        for key, value in values.items():
            there = entry.values.get(key)
            if (key in entry.values) if value is None else (there is None or there.reveal() != text_of(value)):
                wrong.append(key)
        mode = target.options.get("mode")
        if isinstance(mode, str) and entry.mode is not None and int(entry.mode, 8) != int(mode, 8):
            wrong.append("mode")
        return sorted(set(wrong))

    def undo(self, trace: Mapping[str, Json]) -> Undone:
        """Put back the former files."""
        done = [swap.undo(place) for place in reversed(_places(trace))]
        return "foreign" if "foreign" in done else "restored" if "restored" in done else "untouched"

    def finish(self, trace: Mapping[str, Json]) -> None:
        """Remove what undoing would have needed."""
        for place in _places(trace):
            swap.finish(place, bool(trace.get("backup")))


def _apply_of(trace: Mapping[str, Json]) -> tuple[str, str]:
    return str(trace["apply"]), str(trace["state"])


def _of_part(label: str, values: Mapping[str, _Value]) -> Iterator[tuple[str, _Value]]:
    """Yield what belongs into one file, by the file's own keys."""
    for key, value in values.items():
        if not label or key.startswith(f"{label}/"):
            yield key.removeprefix(f"{label}/") if label else key, value


def _refused(target: TargetDesired, format_: Format, values: Mapping[str, str | None]) -> TargetProblem | None:
    """Return why values must not stand in a file, whatever the file holds."""
    preset = PRESETS.get(str(target.options.get("preset")))
    problem = None if preset is None else cannot_hold(values, preset.why_not)
    return problem or breaks_line(format_, values)


def _full(label: str, key: str) -> str:
    return f"{label}/{key}" if label else key


def _place_of(part: Part, root: Path) -> Place:
    """Return where a file is. One that says whose another one is stands beside the file itself, and is no link."""
    place = locate(part.path, root)
    return Place(place.owner) if isinstance(part.format, OwnerFile) else place


def _places(trace: Mapping[str, Json]) -> list[Place]:
    paths = trace.get("paths")
    # A journal of an earlier version names one path.
    return [Place(Path(str(path))) for path in (paths if isinstance(paths, list) else [trace["path"]])]


def _mode(target: TargetDesired, part: Part, content: Contents | None) -> int:
    declared = target.options.get("mode")
    if isinstance(declared, str):
        return int(declared, 8)
    return part.mode if content is None else content.mode


def _content(place: Place) -> Contents | TargetProblem | None:
    content = read_file(place.path, LARGEST, follow=False)
    if isinstance(content, Contents):
        return content
    if content.kind == "missing":
        return None
    if content.errno:
        return unreadable(place, OSError(content.errno, os.strerror(content.errno)))
    return TargetProblem(f"{place.path} cannot be read: {content.reason}")


def _decode(raw: bytes) -> str:
    # Bytes that are no UTF-8 belong to others and come back as they were.
    return raw.decode("utf-8", "surrogateescape")


def _whole(value: str) -> str:
    """Return a value whose foreign bytes are spelt out, so that it can be compared."""
    return _encode(value).decode("utf-8", "backslashreplace")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
