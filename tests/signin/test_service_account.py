"""A Google service account at a stand-in for Google's token endpoint, which verifies the assertion with PyJWT.

It is NOT Google: it checks what "Using OAuth 2.0 for server to server applications" (read 2026-11-27) states, no more.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailspec.mail.check import Occasion, send_test
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.source import ApplicationToken

ROBOT, ALICE, SCOPE = "robot@project.iam.gserviceaccount.com", "alice@acme.example", "https://mail.google.com/"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Google:
    """Answers a signed assertion with a token that the mail server takes."""

    def __init__(self, public: Any, token: str, where: str) -> None:
        self.public, self.token, self.where = public, token, where
        self.delegated = True
        self.claims: dict[str, Any] = {}

    def __call__(self, handler: Any) -> None:
        fields = parse_qs(handler.server.stand.seen[-1][1])
        if fields.get("grant_type") != [BEARER]:
            return handler.say(400, {"error": "unsupported_grant_type"})
        try:
            self.claims = jwt.decode(
                fields["assertion"][0],
                self.public,
                algorithms=["RS256"],
                audience=self.where,
                issuer=ROBOT,
                options={"require": ["iss", "sub", "scope", "aud", "iat", "exp"]},
            )
        except jwt.PyJWTError as error:
            return handler.say(400, {"error": "invalid_grant", "error_description": f"Invalid JWT: {error}"})
        if self.claims["exp"] - self.claims["iat"] > 3600:
            return handler.say(400, {"error": "invalid_grant", "error_description": "Token must be short-lived."})
        if not self.delegated or self.claims["scope"] != SCOPE:
            words = "Client is unauthorized to retrieve access tokens using this method."
            return handler.say(401, {"error": "unauthorized_client", "error_description": words})
        return handler.say(200, {"access_token": self.token, "expires_in": 3599, "token_type": "Bearer"})


@pytest.fixture(scope="module")
def key() -> Any:
    return rsa.generate_private_key(65537, 2048)


def written(key: Any, where: str, **changes: Any) -> str:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    known = {"type": "service_account", "client_email": ROBOT, "private_key": pem, "private_key_id": "k1"}
    return json.dumps({**known, "token_uri": where, **changes})


def source(stand_in: Any, text: str, **changes: Any) -> ApplicationToken:
    settings = {
        "client_id": "",
        "grant": "service_account",
        "scopes": (SCOPE,),
        "service_account": lambda: Secret(text),
    }
    return ApplicationToken(stand_in.client(**{**settings, **changes}))


@pytest.mark.service("token_mail")
@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
def test_its_key_gives_a_token_for_a_mailbox_and_mail_is_sent(
    issuer: Any, token_mail: Any, stand_in_issuer: Any, key: Any, method: str
) -> None:
    other = ApplicationToken(
        issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    )
    token, where = other.get(), f"{stand_in_issuer.url}/token"
    assert isinstance(token, Secret)
    google = stand_in_issuer.answer = Google(key.public_key(), token.reveal(), where)
    tokens = source(stand_in_issuer, written(key, where))
    for security in ("starttls", "tls"):
        account = token_mail.account(security, method=method, token=tokens)
        result = send_test(account, "bob@acme.example", about=Occasion("0"))
        assert result.status == "sent", result
        assert token_mail.delivered(result.server_id)["From"] == ALICE
    assert google.claims["sub"] == ALICE
    # One token serves a run.
    assert len(stand_in_issuer.seen) == 1


@pytest.mark.parametrize("fault", ["not_delegated", "other_key", "other_audience"])
def test_a_refusal_says_who_must_act(stand_in_issuer: Any, key: Any, fault: str) -> None:
    where = f"{stand_in_issuer.url}/token"
    public = rsa.generate_private_key(65537, 2048).public_key() if fault == "other_key" else key.public_key()
    google = Google(public, "unused", "https://elsewhere.example" if fault == "other_audience" else where)
    google.delegated = fault != "not_delegated"
    stand_in_issuer.answer = google
    found = source(stand_in_issuer, written(key, where)).get()
    assert isinstance(found, Problem)
    assert found.advice
    assert "PRIVATE KEY" not in repr(found)
    if fault == "not_delegated":
        assert (found.state, found.who) == ("client_invalid", "administrator")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "not json", '{"client_email": "a", "private_key": "b", "token_uri": "https://c.example"}']
)
def test_what_is_no_key_is_refused_and_nobody_is_asked(stand_in_issuer: Any, text: str) -> None:
    found = source(stand_in_issuer, text).get()
    assert isinstance(found, Problem)
    assert (found.state, found.category) == ("client_invalid", "config_invalid")
    assert stand_in_issuer.seen == []


@pytest.mark.parametrize("where", ["http://localhost:1/token", "https://outside.example/token"])
def test_the_keys_own_address_is_judged_like_any_other(stand_in_issuer: Any, key: Any, where: str) -> None:
    found = source(stand_in_issuer, written(key, where), forbids=lambda host, _port: f"{host} is outside").get()
    assert isinstance(found, Problem)
    assert stand_in_issuer.seen == []
    assert "https" in found.reason or "outside" in found.reason
