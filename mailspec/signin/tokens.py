"""What an issuer hands out, and the exception that carries a refusal inside this package."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem

# An issuer that does not say how long a token lives (RFC 6749 section 5.1 only recommends it).
_ASSUMED = 300.0


class TokenRefusedError(Exception):
    """There is no token. Never leaves this package: its edge returns ``problem``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Tokens:
    """``until`` is when the access token ends, in seconds since 1970; ``claims`` are the id token's, if one came."""

    access: Secret
    refresh: Secret | None
    until: float
    lifetime: float
    scopes: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)


def tokens_of(answer: dict[str, Any], claims: dict[str, Any] | None = None) -> Tokens:
    """Return the tokens of a successful answer of a token endpoint.

    Raises:
        TokenRefusedError: the answer holds no access token that can be carried.
    """
    access = answer.get("access_token")
    if not isinstance(access, str) or not access or not access.isascii() or any(char <= " " for char in access):
        raise TokenRefusedError(
            Problem(
                "unknown",
                "the issuer answered without an access token",
                "config_invalid",
                "issuer",
                "Check that `issuer` is an authorization server's.",
                "administrator",
            )
        )
    lifetime = _seconds(answer.get("expires_in"))
    refresh = answer.get("refresh_token")
    scope = answer.get("scope")
    scopes = tuple(scope.split()) if isinstance(scope, str) else tuple(scope) if isinstance(scope, list) else ()
    return Tokens(
        Secret(access),
        Secret(refresh) if isinstance(refresh, str) and refresh else None,
        time.time() + lifetime,
        lifetime,
        scopes,
        claims or {},
    )


def margin(lifetime: float) -> float:
    """Return how many seconds before its end a token is no longer used: a minute, of short ones a quarter."""
    return min(60.0, lifetime / 4)


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return _ASSUMED
    return seconds if 0 < seconds < 10 * 365 * 86400 else _ASSUMED
