"""A configuration's settings as the keys of a preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.programs.presets import PRESETS, Preset, notes_for, text_of
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.scope import Scope

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
    prefix = declared.get("prefix")
    if prefix is not None and preset.fixed_prefix and prefix != preset.prefix:
        return TargetProblem(
            f"the preset '{word}' has the prefix {preset.prefix}",
            "leave 'prefix' out, or use the preset 'generic'",
        )
    names = {f"{prefix or preset.prefix}{name}": path for name, path in preset.keys.items()}
    start = prefix or preset.prefix
    written = [*names, *(f"{start}{name}" for name in (*preset.constants, *preset.modes))]
    if not settings:
        return Rendered(dict.fromkeys(written))
    if settings.get("mode", "smtp") != "smtp":
        return TargetProblem(
            f"an {settings.get('mode')} configuration has no server that an env_file could name",
            "give this target a configuration whose mode is smtp",
        )
    keys = {key: _value(path, settings.get(path)) for key, path in names.items()}
    keys |= {f"{start}{name}": text for name, text in preset.constants.items()}
    security = str(settings.get("security"))
    keys |= {f"{start}{name}": texts.get(security) for name, texts in preset.modes.items()}
    return Rendered(keys, _uncovered(preset, settings), notes_for(preset, settings), scope.carried())


def _value(path: str, value: Json) -> Json:
    if path == Settings.auth.password and isinstance(value, dict):
        return {"secret": value}
    return text_of(value)


def _uncovered(preset: Preset, settings: Mapping[str, Json]) -> tuple[str, ...]:
    covered = set(preset.keys.values())
    return tuple(
        path
        for path, value in sorted(settings.items())
        if value not in (None, "", [], {}) and path not in covered | _OWN and not path.startswith("limits.")
    )
