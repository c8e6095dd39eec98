"""A configuration's settings as the keys of a preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.programs.presets import PRESETS, Preset, notes_for, value_of
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.scope import Scope

# Types that are a file of a format of its own; all others take variables.
FORMATS = frozenset({"ini_file", "toml_file", "yaml_file", "properties_file", "python_file", "ruby_file"})
# Settings that are mailspec's own business, or that hold by default, and that no program has to be told.
_OWN = frozenset(
    {"mode", "provider", "transport", Settings.auth.method, "timeout", "may_send_as", "may_send_on_behalf_of"}
    | {Settings.tls.validate_certs, Settings.tls.minimum_version, "security"}
)


def render_keys(declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
    """Return the keys of a declared target; without settings (mail is off) every key is to go."""
    settings = scope.settings
    word = str(declared.get("preset") or "generic")
    preset = PRESETS.get(word)
    if preset is None:
        return TargetProblem(f"there is no preset '{word}'", f"the presets are: {', '.join(PRESETS)}")
    dialect = str(declared.get("dialect") or "dotenv")
    if dialect not in DIALECTS:
        return TargetProblem(f"there is no dialect '{dialect}'", f"the dialects are: {', '.join(DIALECTS)}")
    type_ = str(declared.get("type") or "env_file")
    if type_ not in preset.types and (type_ in FORMATS or "env_file" not in preset.types):
        return TargetProblem(
            f"the preset '{word}' is not for targets of type {type_}", f"write type: {' or '.join(preset.types)}"
        )
    prefix = declared.get("prefix")
    if prefix is not None and preset.fixed_prefix and prefix != preset.prefix:
        return TargetProblem(
            f"the preset '{word}' has the prefix {preset.prefix}",
            "leave 'prefix' out, or use the preset 'generic'",
        )
    version = None if declared.get("version") is None else str(declared["version"])
    start = str(prefix or preset.prefix)
    named = {_name(preset, type_, start, name): key for name, key in preset.keys_for(version).items()}
    if not settings:
        return Rendered({name: key.off for name, key in named.items()})
    if settings.get("mode", "smtp") != "smtp":
        return TargetProblem(
            f"an {settings.get('mode')} configuration has no server that an env_file could name",
            "give this target a configuration whose mode is smtp",
        )
    keys = {name: value_of(preset, key, settings) for name, key in named.items()}
    return Rendered(keys, _uncovered(preset, settings), notes_for(preset, settings, version), scope.carried())


def _name(preset: Preset, type_: str, prefix: str, name: str) -> str:
    """Return a key's whole name: the Spec's own words are in capitals only where they are variables."""
    if preset.name != "generic" or type_ not in FORMATS:
        return f"{prefix}{name}"
    mark = "." if type_ == "properties_file" else "/"
    return f"{prefix.strip('_').lower()}{mark}{name.lower()}"


def _uncovered(preset: Preset, settings: Mapping[str, Json]) -> tuple[str, ...]:
    covered = preset.covered
    return tuple(
        path
        for path, value in sorted(settings.items())
        if value not in (None, "", [], {}) and path not in covered | _OWN and not path.startswith("limits.")
    )
