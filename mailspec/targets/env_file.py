"""Targets of type ``env_file``: a file of ``KEY=value`` lines that a program or its service manager reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Format, Part, Rendered, TargetProblem
from mailspec.targets.dialects.base import ANY, Dialect
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.edit import edit
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.base import UnreadableError
from mailspec.targets.render import render_keys
from mailspec.targets.scope import Scope

_LARGEST = 256 * 1024  # characters; the slowest dialect takes a second for them


class Assignments(Format):
    """A dialect's ``KEY=value`` lines as a format."""

    comment = "#"

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why the dialect has no form for a value."""
        return self.dialect.why_not(value) if self.dialect.quote(value) is None else None

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the assignments that hold."""
        self._bounded(text)
        return {item.key: item.value for item in self.dialect.parse(text) if item.key != ANY}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set or remove our keys."""
        self._bounded(text)
        return edit(text, self.dialect, wanted)

    @staticmethod
    def _bounded(text: str) -> None:
        if len(text) > _LARGEST:
            raise UnreadableError(f"a file of variables has at most {_LARGEST:,} characters here")


class EnvFile(FilesTarget):
    """Reads and writes one file; only our own keys change."""

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the preset's keys with the settings' texts; without settings every key is to go."""
        return render_keys(declared, scope)

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the file, in the dialect that it is written in."""
        # What the state recorded is not held to the spec's schema.
        dialect = str(target.options.get("dialect") or "dotenv")
        if dialect not in DIALECTS:
            return TargetProblem(f"its dialect is none of {', '.join(DIALECTS)}")
        return {"": Part(target.path, Assignments(DIALECTS[dialect]))}
