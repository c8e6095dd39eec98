"""Where access tokens come from: one way to a token a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.model.effective import Fields
from mailspec.model.field import Field, fields_in
from mailspec.model.fields import OAuth
from mailspec.resolve.layers import Layer

OAUTH: tuple[Field[Any], ...] = tuple(fields_in(OAuth))
OAUTH_SET = frozenset(OAUTH)
# The ways to a token, by the word that chooses one, with the words that belong to it alone.
_WAYS: dict[Field[Any], frozenset[Field[Any]]] = {
    OAuth.token: frozenset({OAuth.token}),
    OAuth.client_id: frozenset({OAuth.client_id, OAuth.client_secret, OAuth.certificate, OAuth.client_assertion}),
    OAuth.service_account: frozenset({OAuth.service_account}),
}


def oauth_fields(layers: Sequence[Layer], fields: Fields) -> None:
    """Fill in OAuth's fields key by key; a layer that names one way to a token drops the others of those below it."""
    layers = [layer for layer in layers if not OAUTH_SET.isdisjoint(layer.values)]
    dropped: set[Field[Any]] = set()
    for layer in layers:
        for field in OAUTH:
            if field not in dropped and field not in fields:
                value = layer.values.get(field)
                if value is not None:
                    fields[field] = value
        for way in _WAYS:
            if way in layer.values:
                dropped.update(*(words for other, words in _WAYS.items() if other != way))
