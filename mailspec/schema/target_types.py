"""The types of targets in the schema of a Spec: ours, and those that installed packages add."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from mailspec.model.kinds import COMMON_WORDS, TARGET_TYPES

# In front of the names of what overlays refer to, where their definitions stand beside the base's.
OVERLAY = "Overlay"


def with_target_types(
    schema: Mapping[str, Any], added: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """Return a Spec's schema in which each type of target offers and takes its own words alone.

    ``added`` holds the JSON Schema of each installed type's words, by the type's word.
    """
    whole = deepcopy(dict(schema))
    words = {**{word: {"description": kind.about} for word, kind in TARGET_TYPES.items()}, **(added or {})}
    for target in _definitions(whole, "Target"):
        _offer_types(target, words, added or {})
    return whole


def _offer_types(
    target: dict[str, Any], words: Mapping[str, Mapping[str, Any]], added: Mapping[str, Mapping[str, Any]]
) -> None:
    known = target["properties"]
    type_ = known["type"]
    form = {key: type_.pop(key) for key in ("type", "pattern", "anyOf") if key in type_}
    forms = form["anyOf"][-1:] if "anyOf" in form else [form]
    offers = [{"const": word, "description": about.get("description", "")} for word, about in words.items()]
    # What another machine's packages add is no error here.
    type_["anyOf"] = [*offers, *forms]
    common = [*COMMON_WORDS, *(word for word in ("new", "state") if word in known)]
    rules = []
    for word, kind in TARGET_TYPES.items():
        rules.append(_rule(word, [*common, *kind.words], {}))
    for word, own in added.items():
        rules.append(_rule(word, [*common, *own.get("properties", ())], own))
    target["allOf"] = rules


def with_secret_plugins(schema: Mapping[str, Any], plugins: Mapping[str, str]) -> dict[str, Any]:
    """Return a Spec's schema that offers the installed plug-ins for secrets by name.

    ``plugins`` maps each plug-in's name to the place of its code, as its entry point says.
    """
    whole = deepcopy(dict(schema))
    if not plugins:
        return whole
    for definition in _definitions(whole, "PluginSecret"):
        form = definition["properties"]["plugin"]
        pattern = form.pop("pattern")
        offers = [{"pattern": f"^{re.escape(name)}:.+$", "description": place} for name, place in plugins.items()]
        form["anyOf"] = [*offers, {"pattern": pattern}]
        form["examples"] = [f"{name}:" for name in plugins]
    return whole


def _definitions(schema: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the base's definition of a name and, where the schema has them too, the overlays'."""
    definitions: dict[str, dict[str, Any]] = schema["definitions"]
    return [definitions[key] for key in (name, OVERLAY + name) if key in definitions]


def _rule(word: str, names: list[str], own: Mapping[str, Any]) -> dict[str, Any]:
    properties = {**dict.fromkeys(names, True), **own.get("properties", {})}
    then: dict[str, Any] = {"properties": properties, "patternProperties": {"^x-": True}, "additionalProperties": False}
    then |= {key: own[key] for key in ("required", "definitions") if key in own}
    return {"if": {"properties": {"type": {"const": word}}, "required": ["type"]}, "then": then}
