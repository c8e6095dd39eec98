"""A Google Workspace service account with domain-wide delegation: the key signs for a mailbox."""

from __future__ import annotations

import time
from typing import NamedTuple

from mailspec.files.json_text import read_json
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client
from mailspec.signin.tokens import TokenRefusedError


class Assertion(NamedTuple):
    """A signed assertion, and where it goes."""

    client: str
    jwt: str
    token_uri: str

    def __repr__(self) -> str:
        return "Assertion(********)"


def assertion_of(key: str, client: Client) -> Assertion:
    """Sign an assertion for the client's account (RFC 7523 section 2.1; it lives an hour, Google's most).

    Raises:
        TokenRefusedError: the key is no service account's.
    """
    import jwt

    try:
        account = read_json(key)
        sender, pem, where = (str(account[word]) for word in ("client_email", "private_key", "token_uri"))
        now = int(time.time())
        claims = {
            "iss": sender,
            "sub": client.account,
            "scope": " ".join(client.scopes),
            "aud": where,
            "iat": now,
            "exp": now + 3600,
        }
        headers = {"kid": str(account["private_key_id"])} if "private_key_id" in account else None
        return Assertion(sender, jwt.encode(claims, pem, algorithm="RS256", headers=headers), where)
    except (ValueError, KeyError, TypeError, jwt.PyJWTError):
        reason = "`service_account` is not a service account's key as Google gives it (JSON)"
        advice = "Download the key in the Google Cloud console: the service account, then Keys."
        raise TokenRefusedError(
            Problem("client_invalid", reason, "config_invalid", "client", advice, "administrator")
        ) from None
