"""Effective settings as plain data: relative paths start at the project instead of the declaring file."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.fields import FILES, PlainSettings, Settings
from mailspec.model.kinds import SECRETS
from mailspec.outcome.effective import Kind, Value
from mailspec.outcome.plan import Json


class Sending(PlainSettings):
    """The settings of one object that is to send, as plain values; relative paths start at the project.

    ``host_from`` says in words where the host is written.
    """

    __slots__ = ("host_from", "kind", "name")

    def __init__(self, name: str, kind: Kind, fields: Mapping[str, Any], host_from: str = "") -> None:
        super().__init__(fields)
        self.name = name
        self.kind = kind
        self.host_from = host_from


def sending(settings: Effective, spec: Spec) -> Sending:
    """Return what really holds for an object as it is needed to send."""
    return Sending(settings.name, settings.kind, fields_of(settings, spec), written_at(settings.value(Settings.host)))


def written_at(value: Value | None) -> str:
    """Say in words where a value comes from; empty for none."""
    if value is None:
        return ""
    place = value.location
    origin = "an environment variable" if value.origin == "environment" else value.origin
    return origin if place is None else f"{origin}, {place.file}:{place.line}"


def fields_of(settings: Effective, spec: Spec) -> dict[str, Json]:
    """Return the effective settings as plain data, with paths relative to the project."""
    fields: dict[str, Json] = {}
    for name, value in settings.fields.items():
        fields[name] = project_relative(value, spec, is_path=name in FILES)
    return fields


def project_relative(value: Value, spec: Spec, *, is_path: bool = False) -> Any:
    """Return a value whose relative paths start at the project instead of the declaring file."""
    item = value.item
    if not isinstance(item, Item):
        return value.value
    if is_path and isinstance(value.value, str):
        return from_project(item, value.path, value.value, spec)
    if isinstance(value.value, Mapping):
        entry = dict(value.value)
        for key, text in entry.items():
            kind = SECRETS.get(key)
            if kind is not None and kind.path and isinstance(text, str):
                path, mark, rest = text.partition("#") if kind.path == "before #" else (text, "", "")
                entry[key] = from_project(item, value.path, path, spec) + mark + rest
        return entry
    return value.value


def from_project(item: Item, path: tuple[str | int, ...], text: str, spec: Spec) -> str:
    """Return a declared path as seen from the project's folder."""
    if text.startswith(("/", "~")):
        return posixpath.normpath(text)
    document = item.source(path)[0]
    folder = posixpath.dirname(spec.inside(document.name))
    return posixpath.normpath(posixpath.join(folder, text))
