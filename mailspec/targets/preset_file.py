"""Targets that are one file of a common format, in the words of a program's preset."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from mailspec.plan.desired import TargetDesired
from mailspec.programs.presets import PRESETS, Preset
from mailspec.targets.base import Format, Part, Rendered, TargetProblem, WrittenValue
from mailspec.targets.files.place import locate
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.assignments import PythonFile, RubyFile
from mailspec.targets.formats.ini import INI_DIALECTS, IniFile
from mailspec.targets.formats.properties import PropertiesFile
from mailspec.targets.formats.toml_file import TomlFile
from mailspec.targets.formats.typed import Kinds
from mailspec.targets.formats.yaml_file import YamlFile
from mailspec.targets.reloading import run_proof
from mailspec.targets.render import render_keys
from mailspec.targets.scope import Scope


class PresetFile(FilesTarget):
    """Reads and writes one file; only the preset's keys change.

    ``preset_name`` is the preset of a type that is for one program; any other target names its own.
    """

    preset_name: ClassVar[str] = ""

    @abstractmethod
    def format_of(self, preset: Preset, kinds: Kinds) -> Format:
        """Return the format that the preset's program reads."""

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the preset's keys with the settings' texts."""
        return render_keys(declared, scope)

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the file."""
        # What the state recorded is not held to the spec's schema.
        preset = self._preset(target)
        if preset is None:
            return TargetProblem("there is no such preset")
        kinds = {name.partition("@")[0]: key.kind for name, key in preset.keys.items()}
        return {"": Part(target.path, self.format_of(preset, kinds))}

    def proof_command(self, target: TargetDesired, root: Path) -> list[str]:
        """Return the program's own check of the file, nothing where its preset names none."""
        preset = self._preset(target)
        path = str(locate(target.path, root).path)
        return [] if preset is None else [word.replace("{path}", path) for word in preset.prove]

    def prove(
        self,
        target: TargetDesired,
        root: Path,
        values: Mapping[str, WrittenValue | None],  # noqa: ARG002
    ) -> str | TargetProblem:
        """Ask the program's own check of the file, where its preset names one."""
        command = self.proof_command(target, root)
        return run_proof(command) if command else "not proven: the program has no test of its file"

    def _preset(self, target: TargetDesired) -> Preset | None:
        return PRESETS.get(self.preset_name or str(target.options.get("preset") or "generic"))


class Ini(PresetFile):
    """INI files of go-ini programs."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the reader's dialect."""
        return IniFile(INI_DIALECTS[preset.dialect or "go_ini"])


class Toml(PresetFile):
    """TOML files."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the format with the kinds of our keys."""
        return TomlFile(kinds)


class Yaml(PresetFile):
    """YAML files."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the format with the kinds of our keys."""
        return YamlFile(kinds)


class Properties(PresetFile):
    """Java's properties."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the format."""
        return PropertiesFile()


class Python(PresetFile):
    """Python modules of settings."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the format with the kinds of our keys."""
        return PythonFile(kinds)


class Ruby(PresetFile):
    """GitLab's Ruby file."""

    def format_of(self, preset: Preset, kinds: Kinds) -> Format:  # noqa: ARG002
        """Return the format with the kinds of our keys."""
        return RubyFile(kinds)
