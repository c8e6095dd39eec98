"""Which layers have a say in a field, which one holds, and what the others would have given."""

from __future__ import annotations

from typing import Any, NamedTuple

from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve.layers import CONFIGURATION_PATHS, MAILING_PATHS, ItemLayer, Layer
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
        value = _word(layer, field)
        wins = winner is not None and value is not None and _same(value, winner)
        if wins and any(say.holds for say in found):
            wins = False
        found.append(Say(layer.origin if value is None else value.origin, value, wins))
    if winner is not None and not any(say.holds for say in found):
        found.append(Say(winner.origin, winner, True))
    return found


def _word(layer: Layer, field: Field[Any]) -> Value | None:
    if field in layer.values:
        return layer.values[field]
    if field in (Settings.from_.email, Settings.from_.name):
        return layer.sender()[field == Settings.from_.name]
    return layer.mode() if field == Settings.mode else None


def _same(value: Value, winner: Value) -> bool:
    if value.item is None or winner.item is None:
        return value.origin == winner.origin
    return value.item is winner.item and value.path == winner.path


def _layers(resolver: Resolver, settings: Effective) -> list[Layer]:
    if settings.kind == "configuration":
        return resolver.configuration_layers(settings.name)
    if settings.kind == "user":
        return resolver.people.layers(settings.name.lower())
    if settings.kind == "group":
        return resolver.people.group_layers(settings.name)
    own: list[Layer] = []
    if settings.kind == "mailing":
        own.append(ItemLayer("own", resolver.spec.mailings[settings.name], (), MAILING_PATHS))
    configuration = bulk(resolver).configuration
    if configuration is not None:
        item = resolver.spec.configurations[configuration]
        own += resolver.configuration_layers(configuration)[:-1]
        own.append(ItemLayer(f"configuration:{configuration}", item, (), CONFIGURATION_PATHS))
    return own
