"""Which layers have a say in a field, which one holds, and what the others would have given."""

from __future__ import annotations

from typing import Any, NamedTuple

from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve.layers import CONFIGURATION_PATHS, MAILING_PATHS, Layer
from mailspec.resolve.mailings import bulk
from mailspec.resolve.resolver import Resolver

# As whom somebody signs in and sends.
_OWN = frozenset({Settings.from_.email, Settings.from_.name, Settings.auth.username})


class Say(NamedTuple):
    """One layer's word on a field. ``value`` is ``None`` where the layer says nothing."""

    layer: str
    value: Value | None
    holds: bool


def why(resolver: Resolver, settings: Effective, field: Field[Any]) -> list[Say]:
    """Return every layer's word on a field, the strongest first; the effective one is marked."""
    winner = settings.value(field)
    found: list[Say] = []
    layers = _layers(resolver, settings)
    if settings.kind in ("user", "group") and field in (
        Settings.from_.email,
        Settings.from_.name,
        Settings.auth.username,
    ):
        # Only the server is copied: as whom somebody sends is theirs or their groups' to say.
        layers = [layer for layer in layers if layer.origin == "own" or layer.origin.startswith("group:")]
    for layer in layers:
        declared = _word(layer, field)
        wins = winner is not None and declared is not None and _same(declared, winner)
        if wins and any(say.holds for say in found):
            wins = False
        origin = declared.origin if declared is not None else getattr(layer, "origin", "environment")
        found.append(Say(origin, declared, wins))
    if winner is not None and not any(say.holds for say in found):
        found.append(Say(winner.origin, winner, True))
    return found


def _word(layer: Any, field: Field[Any]) -> Value | None:
    if field in (Settings.from_.email, Settings.from_.name) and field not in getattr(layer, "paths", {}):
        email, name = layer.sender()
        value: Value | None = email if field == Settings.from_.email else name
        return value
    if field == Settings.mode:
        mode: Value | None = layer.at((*layer.prefix[:-1], "mode")) if hasattr(layer, "at") else None
        return mode
    found: Value | None = layer.values.get(field)
    return found


def _same(declared: Value, winner: Value) -> bool:
    if declared.item is None or winner.item is None:
        return declared.origin == winner.origin
    return declared.item is winner.item and declared.path == winner.path


def _layers(resolver: Resolver, settings: Effective) -> list[Any]:
    if settings.kind == "configuration":
        return resolver.configuration_layers(settings.name)
    if settings.kind == "user":
        return resolver.people.layers(settings.name.lower())
    if settings.kind == "group":
        return resolver.people.group_layers(settings.name)
    own: list[Any] = []
    if settings.kind == "mailing":
        own.append(Layer("own", resolver.spec.mailings[settings.name], (), MAILING_PATHS))
    configuration = bulk(resolver).configuration
    if configuration is not None:
        item = resolver.spec.configurations[configuration]
        own += resolver.configuration_layers(configuration)[:-1]
        own.append(Layer(f"configuration:{configuration}", item, (), CONFIGURATION_PATHS))
    return own
