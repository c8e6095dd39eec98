"""When a change of settings takes a sign-in away."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.model.fields import Settings

# What names who gives an account its tokens: with another one, what was signed in is worth nothing.
_OAUTH = Settings.auth.oauth
_ISSUER = tuple(str(field) for field in (_OAUTH.client_id, _OAUTH.issuer, _OAUTH.tenant, Settings.provider))


def ends_sign_in(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Tell whether an account that signs in by token has another issuer or client after a change."""
    client, *_rest = _ISSUER
    signed_in = before.get(client) is not None and after.get(client) is not None
    return signed_in and any(before.get(path) != after.get(path) for path in _ISSUER)
