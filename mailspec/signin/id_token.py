"""Who signed in: the claims of an id token that came straight from the token endpoint."""

from __future__ import annotations

import time
from typing import Any

from mailspec.outcome.sign_in import Problem
from mailspec.signin.tokens import TokenRefusedError

# Clocks may differ by so many seconds.
_SKEW = 300
_ADDRESSES = ("email", "preferred_username", "upn", "unique_name")


def claims_of(token: Any, issuer: str, client_id: str, nonce: str | None) -> dict[str, Any]:
    """Return an id token's claims, empty where there is none.

    It came over TLS from the issuer itself, so its signature need not be checked (OpenID Connect Core 1.0 section
    3.1.3.7, point 6); issuer, audience, end and nonce are.

    Raises:
        TokenRefusedError: it is not for this client, or not of this sign-in.
    """
    if not isinstance(token, str):
        return {}
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, RecursionError):
        raise TokenRefusedError(_wrong("it cannot be read")) from None
    audience = claims.get("aud")
    if str(claims.get("iss")).rstrip("/") not in (issuer.rstrip("/"), issuer.removeprefix("https://").rstrip("/")):
        raise TokenRefusedError(_wrong("another issuer made it"))
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefusedError(_wrong("it is for another application"))
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] < time.time() - _SKEW:
        raise TokenRefusedError(_wrong("it has ended; check this machine's clock"))
    if nonce is not None and claims.get("nonce") != nonce:
        raise TokenRefusedError(_wrong("it belongs to another sign-in"))
    return claims


def other_account(claims: dict[str, Any], wanted: str) -> str | None:
    """Return who signed in where that is somebody else than wanted; ``None`` where it fits or is not known."""
    named = [str(claims[name]) for name in _ADDRESSES if claims.get(name)]
    if any(name.lower() == wanted.lower() for name in named):
        return None
    # A user name that is no address may name the same person.
    addresses = [name for name in named if "@" in name]
    return addresses[0] if addresses else None


def _wrong(why: str) -> Problem:
    advice = "Start mailspec login again. If it stays, the issuer is set up for another application."
    return Problem("never", f"the id token is not accepted: {why}", "auth_failed", "protocol", advice, "administrator")
