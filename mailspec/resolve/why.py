"""Which layers have a say in a field, which one holds, and what the others would have given."""

from __future__ import annotations

from typing import Any, NamedTuple

from mailspec.outcome.effective import Effective, Value
from mailspec.resolve.accounts import Resolver
from mailspec.resolve.layers import CONFIGURATION_PATHS, Layer, Paths
from mailspec.resolve.mailings import bulk


class Say(NamedTuple):
    """One layer's word on a field. ``value`` is ``None`` where the layer says nothing."""

    layer: str
    value: Value | None
    holds: bool


def why(resolver: Resolver, settings: Effective, field: str) -> list[Say]:
    """Return every layer's word on a field, the strongest first; the effective one is marked."""
    winner = settings.fields.get(field)
    found: list[Say] = []
    layers = _layers(resolver, settings)
    if settings.kind in ("user", "group") and field.startswith(("from.", "auth.username")):
        # Only the server is copied: as whom somebody sends is nobody else's say.
        layers = layers[:1]
    for layer in layers:
        said = _word(layer, field)
        wins = winner is not None and said is not None and _same(said, winner)
        if wins and any(say.holds for say in found):
            wins = False
        origin = said.origin if said is not None else getattr(layer, "origin", "environment")
        found.append(Say(origin, said, wins))
    if winner is not None and not any(say.holds for say in found):
        found.append(Say(winner.origin, winner, True))
    return found


def _word(layer: Any, field: str) -> Value | None:
    if field in ("from.email", "from.name") and field not in getattr(layer, "paths", {}):
        email, name = layer.sender()
        value: Value | None = email if field == "from.email" else name
        return value
    if field == "mode":
        mode: Value | None = layer.at((*layer.prefix[:-1], "mode")) if hasattr(layer, "at") else None
        return mode
    found: Value | None = layer.find(field)
    return found


def _same(said: Value, winner: Value) -> bool:
    if said.item is None or winner.item is None:
        return said.origin == winner.origin
    return said.item is winner.item and said.path == winner.path


def _layers(resolver: Resolver, settings: Effective) -> list[Any]:
    if settings.kind == "configuration":
        return resolver.configuration_layers(settings.name)
    if settings.kind == "user":
        return resolver.people.layers(settings.name.lower())
    if settings.kind == "group":
        return resolver.people.group_layers(settings.name)
    own: list[Any] = []
    if settings.kind == "mailing":
        own.append(
            Layer(
                "own", resolver.spec.mailings[settings.name], (), Paths({"from.email": ("send_as",), "mode": ("mode",)})
            )
        )
    configuration = bulk(resolver).configuration
    if configuration is not None:
        item = resolver.spec.configurations[configuration]
        own += resolver.configuration_layers(configuration)[:-1]
        own.append(Layer(f"configuration:{configuration}", item, (), CONFIGURATION_PATHS))
    return own
