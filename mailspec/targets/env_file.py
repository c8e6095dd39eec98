"""Targets of type ``env_file``: a file of ``KEY=value`` lines that a program or its service manager reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.files.durable import identity
from mailspec.files.opening import Contents, read_file
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Held, Left, Rendered, TargetProblem, Undone
from mailspec.targets.dialects.base import Dialect
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.edit import edit
from mailspec.targets.files import swap
from mailspec.targets.files.place import Place, locate, unreadable, unusable
from mailspec.targets.render import render_keys

_LARGEST = 1024 * 1024  # bytes; a larger file is no list of settings


class EnvFile:
    """Reads and writes one file; only our own keys change."""

    def render(self, declared: Mapping[str, Any], settings: Mapping[str, Json]) -> Rendered | TargetProblem:
        """Return the preset's keys with the settings' texts; without settings every key is to go."""
        return render_keys(declared, settings)

    def read(self, target: TargetDesired, root: Path) -> Held | TargetProblem:
        """Return the assignments that hold, with the file's mode as octal digits."""
        place = locate(target.path, root)
        problem = unusable(place)
        if problem is not None:
            return problem
        # What the state recorded is not held to the spec's schema.
        if _dialect_name(target) not in DIALECTS:
            return TargetProblem(f"its dialect is none of {', '.join(DIALECTS)}")
        raw = _content(place)
        if raw is None:
            return Held(exists=False)
        if isinstance(raw, TargetProblem):
            return raw
        values = {item.key: item.value for item in _dialect(target).parse(_decode(raw))}
        secret = {key: None if value is None else Secret(_whole(value)) for key, value in values.items()}
        try:
            return Held(True, secret, f"{place.path.stat().st_mode & 0o7777:04o}")
        except OSError as error:
            return TargetProblem(f"{place.path} went away while it was read: {error.strerror}", "try again")

    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return the file's real path and whether its backup stays."""
        return {"path": str(locate(target.path, root).path), "backup": bool(target.options.get("backup"))}

    def lock_folder(self, trace: Mapping[str, Json]) -> Path | None:
        """Return the folder of the file itself, links followed."""
        return _place(trace).folder

    def left(self, trace: Mapping[str, Json]) -> Left | TargetProblem | None:
        """Return whose journal lies beside the file."""
        return swap.left(_place(trace))

    def stage(
        self, target: TargetDesired, trace: Mapping[str, Json], values: Mapping[str, Secret | None]
    ) -> TargetProblem | None:
        """Write the new content beside the file."""
        place = _place(trace)
        old = identity(place.path)
        raw = _content(place)
        if isinstance(raw, TargetProblem):
            return raw
        wanted = {key: None if value is None else value.reveal() for key, value in values.items()}
        after = edit(_decode(raw or b""), _dialect(target), wanted)
        if isinstance(after, TargetProblem):
            return after
        apply = (str(trace["apply"]), str(trace["state"]))
        return swap.stage(place, old, raw, _encode(after), _mode(target, place, raw), apply)

    def switch(self, trace: Mapping[str, Json]) -> TargetProblem | None:
        """Rename the new content over the file."""
        return swap.switch(_place(trace))

    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, Secret | None]) -> list[str]:
        """Compare each key in memory, and the mode where one is declared."""
        entry = self.read(target, root)
        if isinstance(entry, TargetProblem) or not entry.exists:
            return list(values) or ["file"]
        wrong = [key for key, value in values.items() if entry.values.get(key) != value]
        wrong += [key for key, value in values.items() if value is None and key in entry.values]
        mode = target.options.get("mode")
        if isinstance(mode, str) and entry.mode is not None and int(entry.mode, 8) != int(mode, 8):
            wrong.append("mode")
        return sorted(set(wrong))

    def undo(self, trace: Mapping[str, Json]) -> Undone:
        """Put back the former file."""
        return swap.undo(_place(trace))

    def finish(self, trace: Mapping[str, Json]) -> None:
        """Remove what undoing would have needed."""
        swap.finish(_place(trace), bool(trace.get("backup")))


def _place(trace: Mapping[str, Json]) -> Place:
    return Place(Path(str(trace["path"])))


def _dialect(target: TargetDesired) -> Dialect:
    return DIALECTS[_dialect_name(target)]


def _dialect_name(target: TargetDesired) -> str:
    return str(target.options.get("dialect") or "dotenv")


def _mode(target: TargetDesired, place: Place, raw: bytes | None) -> int:
    declared = target.options.get("mode")
    if isinstance(declared, str):
        return int(declared, 8)
    return 0o600 if raw is None else place.path.stat().st_mode & 0o7777


def _content(place: Place) -> bytes | TargetProblem | None:
    content = read_file(place.path, _LARGEST, follow=False)
    if isinstance(content, Contents):
        return content.raw
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
