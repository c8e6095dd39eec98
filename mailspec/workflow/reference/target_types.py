"""``targets`` and ``schema``: the types of targets and the presets that can be named here, installed ones included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.model.kinds import TARGET_TYPES
from mailspec.programs.presets import PRESETS
from mailspec.schema.target_types import with_secret_plugins, with_target_types
from mailspec.secrets.entry_points import GROUP
from mailspec.targets.registry import installed, schema_of, words
from mailspec.text import suggest
from mailspec.workflow.project import UsageError


def listed() -> list[dict[str, Any]]:
    """Return each type with its own words, and where an installed package cannot be used, why."""
    return [_type(word) for word in words()]


def described(wanted: str) -> dict[str, Any]:
    """Return one type.

    Raises:
        UsageError: there is none of that word.
    """
    if wanted not in words():
        near = suggest(wanted, words())
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"There is no target type '{wanted}'.{hint} mailspec targets lists them.")
    return {**_type(wanted), "presets": _presets() if "preset" in _words(wanted) else []}


def with_installed(text: str) -> str:
    """Return a published schema with what the packages installed here add; the same text where none adds anything."""
    added = {word: schema for word in installed() if isinstance(schema := schema_of(word), Mapping)}
    plugins = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    if not added and not plugins:
        return text
    schema = with_secret_plugins(with_target_types(read_json(text), added), plugins)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _type(word: str) -> dict[str, Any]:
    problem, about = None, ""
    if word in TARGET_TYPES:
        about = TARGET_TYPES[word].about
    elif isinstance(schema := schema_of(word), str):
        problem = schema
    else:
        about = str(schema.get("description", ""))
    return {
        "type": word,
        "about": about,
        "words": _words(word),
        "installed": word not in TARGET_TYPES,
        "problem": problem,
    }


def _words(word: str) -> list[str]:
    if word in TARGET_TYPES:
        return list(TARGET_TYPES[word].words)
    schema = schema_of(word)
    return [] if isinstance(schema, str) else list(schema.get("properties", ()))


def _presets() -> list[dict[str, Any]]:
    return [
        {"preset": word, "prefix": preset.prefix, "keys": list(preset.keys_for(None)), "source": preset.source}
        for word, preset in sorted(PRESETS.items())
    ]
