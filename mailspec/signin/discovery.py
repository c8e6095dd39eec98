"""An issuer's own description (OpenID Connect Discovery 1.0; RFC 8414): where its endpoints are."""

from __future__ import annotations

from typing import Any

from mailspec.outcome.sign_in import Problem
from mailspec.signin.http import HttpSession
from mailspec.signin.tokens import TokenRefusedError

_PLACES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


def discover(session: HttpSession, issuer: str) -> dict[str, Any]:
    """Return an issuer's metadata.

    Raises:
        TokenRefusedError: it has none, it is somebody else's, or it cannot be reached.
    """
    for place in _PLACES:
        response = session.get(issuer.rstrip("/") + place)
        if response.status_code == 200:
            break
    else:
        raise TokenRefusedError(_wrong(f"{issuer} has no discovery document"))
    metadata: dict[str, Any] = response.json()
    # RFC 8414 section 3.3: another issuer's metadata must not be used.
    if str(metadata.get("issuer")).rstrip("/") != issuer.rstrip("/"):
        raise TokenRefusedError(_wrong(f"the discovery document of {issuer} is that of {metadata.get('issuer')}"))
    return metadata


def endpoint(metadata: dict[str, Any], name: str, grant: str) -> str:
    """Return an endpoint's address. Raises TokenRefusedError where the issuer has none."""
    address = metadata.get(name)
    if isinstance(address, str) and address:
        return address
    reason = f"{metadata.get('issuer')} does not offer {grant} (no {name})"
    advice = "The issuer does not offer this grant. Write another `grant`."
    raise TokenRefusedError(Problem("app_misconfigured", reason, "config_invalid", "grant", advice, "administrator"))


def _wrong(reason: str) -> Problem:
    advice = "Write the issuer exactly as it names itself: an https address below which /.well-known is found."
    return Problem("client_invalid", reason, "config_invalid", "issuer", advice, "administrator")
